/**
 * `queryset-ts/memory`: models that live in memory.
 *
 * @since 0.1.0
 */
export { memory, type MemoryData, type MemoryOptions } from './clients/memory/memory.js'
