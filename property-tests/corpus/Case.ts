/** The corpus's own words, as its README says them. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

export interface Object_ {
  readonly [key: string]: Json
}

export interface Pipeline {
  readonly model: string
  readonly steps: ReadonlyArray<ReadonlyArray<Json>>
}

export interface Case extends Pipeline {
  readonly id: string
  readonly area: string
  readonly result: ReadonlyArray<Json>
  readonly ordered?: boolean
  readonly expect: Object_
  readonly after?: ReadonlyArray<
    Pipeline & { readonly result: ReadonlyArray<Json>; readonly ordered?: boolean; readonly expect: Object_ }
  >
}
