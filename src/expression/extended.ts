/** The entries that maps share, in order; each map has the first so many of them. */
interface Shelf<V> {
  readonly names: Array<string>
  readonly values: Array<V>
  readonly places: Map<string, number>
}

/** By map: its entries, and how many of them. */
const shelves = new WeakMap<object, Shelf<unknown>>()

/**
 * A map with more entries, whose names it doesn't have yet. It shares its entries with the map that it is made of: to add
 * one to a map again and again takes time that grows with how many there are, and not with its square. Of two that are
 * made of one map, the second is a copy.
 *
 * @since 0.2.0
 */
export const extended = <V>(
  map: ReadonlyMap<string, V>,
  more: ReadonlyMap<string, V>,
): ReadonlyMap<string, V> => {
  // What a map's shelf holds is of the type that its values are.
  const own = shelves.get(map) as Shelf<V> | undefined
  const shelf = own?.names.length === map.size ? own : shelfOf(map)
  more.forEach((value, name) => {
    shelf.places.set(name, shelf.names.push(name) - 1)
    shelf.values.push(value)
  })
  return view(shelf, shelf.names.length)
}

const shelfOf = <V>(map: ReadonlyMap<string, V>): Shelf<V> => {
  const names = [...map.keys()]
  return { names, values: [...map.values()], places: new Map(names.map((name, i) => [name, i])) }
}

const view = <V>({ names, values, places }: Shelf<V>, size: number): ReadonlyMap<string, V> => {
  const placeOf = (name: string): number | null => {
    const place = places.get(name)
    return place !== undefined && place < size ? place : null
  }
  const entries = () => names.slice(0, size).map((name, i): [string, V] => [name, values[i] as V]) // as many as names
  const made: ReadonlyMap<string, V> = {
    size,
    has: (name) => placeOf(name) !== null,
    get: (name) => {
      const place = placeOf(name)
      return place === null ? undefined : values[place]
    },
    forEach: (each) => {
      entries().forEach(([name, value]) => {
        each(value, name, made)
      })
    },
    keys: () => names.slice(0, size).values(),
    values: () => values.slice(0, size).values(),
    entries: () => entries().values(),
    [Symbol.iterator]: () => entries().values(),
  }
  shelves.set(made, { names, values, places })
  return made
}
