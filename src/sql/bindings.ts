/**
 * What stands in a text where its shape has constants. A shape's slots are its constants in order: every
 * number, string, parameter, and the words NULL, TRUE, FALSE and DEFAULT.
 */
export interface Bindings {
  /** By slot. */
  readonly constants: readonly Constant[];
  /** Items of lists that the shape left out because they repeat one that stayed: values of an IN, tuples of VALUES. */
  readonly repeats: readonly Repeat[];
}

export type Constant =
  | { readonly kind: "parameter"; /** Of the array of parameters, from 0. */ readonly index: number }
  /** A literal without its quotes and escapes; numbers as they are spelled. */
  | { readonly kind: "number" | "string"; readonly text: string }
  | { readonly kind: "null" | "true" | "false" | "default" }
  /** A named parameter, a string whose meaning depends on settings, part of a list inside a list. */
  | { readonly kind: "unknown" };

/** What the slots from `from` on would be for an item that was left out. */
export interface Repeat {
  readonly from: number;
  readonly constants: readonly Constant[];
}
