/** A plugin of rolldown that shortens every chunk. */
export const shorten: {
  readonly name: string;
  renderChunk(
    this: { parse(code: string): unknown },
    code: string,
    chunk: { readonly fileName: string },
  ): { readonly code: string; readonly map: null };
};
