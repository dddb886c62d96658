/** The code of a module that gives the entries of a table of media types: what the build carries instead of `mime`. */
export function tableModule(entries: readonly (readonly [type: string, extensions: readonly string[]])[]): string;
