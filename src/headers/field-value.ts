// One header field as data: a name and a value typed by its grammar. RFC 5322 s2.2.
import type { Address } from "./mailbox.ts";
import type { Parameter } from "./parameters.ts";

/** A value by its grammar. */
export type FieldValue =
  /** Unstructured text; becomes encoded-words where it must. */
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "addresses"; readonly addresses: readonly Address[] }
  /** Message ids, angle brackets included. */
  | { readonly kind: "ids"; readonly ids: readonly string[] }
  /** Milliseconds since 1970, written in the zone (`+0900`); in UTC when there is none. */
  | { readonly kind: "date"; readonly time: number; readonly zone?: string }
  /** ASCII with a grammar of its own: folded at its single spaces, never encoded. */
  | { readonly kind: "structured"; readonly text: string }
  | { readonly kind: "parameterized"; readonly value: string; readonly parameters: readonly Parameter[] };

/** A field whose name is kept as given. */
export interface Field {
  readonly name: string;
  readonly value: FieldValue;
}
