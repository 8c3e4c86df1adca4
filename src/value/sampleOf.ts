import type { Json, Kind } from './Value.js'

const samples: { readonly [K in Kind]: Json } = {
  text: 'a',
  int: 1,
  float: 1,
  decimal: '1',
  boolean: true,
  date: '2000-01-01',
  time: '00:00:00',
  datetime: '2000-01-01T00:00:00.000Z',
  duration: '0 00:00:01',
  uuid: '00000000-0000-4000-8000-000000000000',
  json: {},
}

/**
 * A sample value of a kind. It is used to ask what a client would do with a value of that kind.
 *
 * @since 0.1.0
 */
export const sampleOf = (kind: Kind): Json => samples[kind]
