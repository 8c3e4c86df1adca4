/**
 * `queryset-ts/memory`: models in memory.
 *
 * @since 0.1.0
 */
export { memory, type MemoryData, type MemoryOptions } from './clients/memory/memory.js'
