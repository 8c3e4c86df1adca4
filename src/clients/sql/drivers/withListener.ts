const heard = new WeakSet<object>()

/**
 * Listens to the errors of a pool, once. The packages emit `error` for a connection that breaks while nobody uses it, and
 * Node ends the process if such an event has no listener. The event needs no answer: the pool discards the connection,
 * and the next statement gets another one. A statement that runs on the connection gives the error itself.
 *
 * @since 0.2.0
 */
export const withListener = (pool: object): void => {
  if (heard.has(pool)) return
  heard.add(pool)
  // The types of `mariadb` don't know the event.
  const on: unknown = Reflect.get(pool, 'on')
  if (typeof on === 'function') Reflect.apply(on, pool, ['error', () => undefined])
}
