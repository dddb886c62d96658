/** A plugin of rolldown that marks the tables of a chunk, unless its file is one to keep as it is. */
export function markPure(keep: readonly string[]): {
  readonly name: string;
  renderChunk(
    this: { parse(code: string): unknown },
    code: string,
    chunk: { readonly fileName: string },
  ): { readonly code: string; readonly map: null } | null;
};
