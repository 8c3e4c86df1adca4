/**
 * Marks objects. A mark is a private field of the object: it isn't seen from outside, and copies of the object don't have
 * it. A `WeakMap` says the same, but makes the garbage collector look through all marks again and again.
 *
 * @since 0.2.0
 */

/**
 * The marks of one purpose.
 *
 * @since 0.2.0
 */
export interface Marks<K extends object, A> {
  readonly get: (object: K) => A | undefined
  readonly set: (object: K, mark: A) => void
}

/* eslint-disable functional/no-classes, functional/no-this-expressions -- only a class can add a private field to an object that is there */
/** Its constructor gives the object that it is given, so that the fields of a class below it are added to that. */
const Given = function (object: object) {
  return object
} as unknown as new (object: object) => object

/**
 * An empty set of marks.
 *
 * @since 0.2.0
 */
export const marks = <K extends object, A>(): Marks<K, A> => {
  /** The marks of objects that take no fields any more. */
  const besides = new WeakMap<K, A>()
  class Marked extends Given {
    #mark: A
    constructor(object: K, mark: A) {
      super(object)
      this.#mark = mark
    }
    static readonly get = (object: K): A | undefined => (#mark in object ? object.#mark : besides.get(object))
    static readonly set = (object: K, mark: A): void => {
      if (#mark in object) object.#mark = mark
      else if (Object.isExtensible(object)) new Marked(object, mark)
      else besides.set(object, mark)
    }
  }
  return { get: Marked.get, set: Marked.set }
}
/* eslint-enable functional/no-classes, functional/no-this-expressions */
