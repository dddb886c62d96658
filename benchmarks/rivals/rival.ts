// What the adapter of one library gives to the cases.
import type { Letter } from "../letter.ts";

/** One run: the whole way from the library's own input to the message's bytes. */
export type Job = () => Uint8Array | Promise<Uint8Array>;

/** A library that composes messages. */
export interface Rival {
  /** Package name. */
  readonly name: string;
  /** A job for the letter, its input objects made beforehand; undefined when the library cannot do it. */
  prepare(letter: Letter): Job | undefined;
  /** Where its work is less than, or other than, the work of a full composer. */
  unequal(letter: Letter): readonly string[];
}
