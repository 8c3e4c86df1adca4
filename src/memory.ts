/**
 * `queryset-ts/memory`: models that live in memory.
 *
 * @since 0.1.0
 */
export { memory, type MemoryData } from './clients/memory/memory.js'
