// A thread of the corpus' runner. `tsx` doesn't reach into threads by itself on Node 20.
import { register } from 'tsx/esm/api'

register()
await import('./thread.ts')
