/** The corpus's own words, as its README says them. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export interface Object_ {
  readonly [key: string]: Json
}

export interface Pipeline {
  readonly model: string
  readonly steps: ReadonlyArray<ReadonlyArray<Json>>
}

/** Something asked, and the answer that is right. */
export interface Asked extends Pipeline {
  readonly result: ReadonlyArray<Json>
  readonly ordered?: boolean
  readonly expect: Object_
}

export interface Case extends Asked {
  readonly id: string
  readonly area: string
  readonly after?: ReadonlyArray<Asked>
}
