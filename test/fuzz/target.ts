// What a search looks at: something that takes octets, and says how it behaved.

/** The octets broke a promise: what was read back differs, a line is too long, an answer is no answer. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** Something that takes input of others. */
export interface Target {
  readonly name: string;
  /** Pieces that mean something to it. */
  readonly words: readonly string[];
  /** Whether its input is JSON, and is changed as such too. */
  readonly isJson?: boolean;
  /** Octets that are worth trying, at most. */
  readonly longest: number;
  /** How it behaved, in few words: the same words, the same behaviour. @throws what must never be thrown */
  run(input: Uint8Array): string | Promise<string>;
}

/** Demands what was promised. */
export function promised(holds: boolean, what: string): void {
  if (!holds) throw new Broken(what);
}

const decoder = new TextDecoder();

/** Octets as text; what is no UTF-8 becomes U+FFFD. */
export const textOf = (input: Uint8Array): string => decoder.decode(input);

/** A number in steps, so that only other orders of magnitude are other behaviour. */
export const stepOf = (count: number): number => Math.ceil(Math.log2(count + 1));
