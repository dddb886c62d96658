// Shortens what is built without hiding it: a line for each declaration, and functions, classes and properties under
// their names, so that a stack trace names what the source names. Variables and constants get short names.
import { minifySync } from "rolldown/experimental";

const OPTIONS = {
  module: true,
  compress: { keepNames: { function: true, class: true } },
  mangle: { toplevel: true, keepNames: true },
};

/** A plugin that shortens every chunk. */
export const shorten = {
  name: "shorten",
  renderChunk(code, chunk) {
    const { code: short, errors } = minifySync(chunk.fileName, code, OPTIONS);
    if (errors.length > 0) throw new Error(`${chunk.fileName}: ${errors[0].message}`);
    // An executable begins with the program that runs it.
    const [hashbang = ""] = /^#!.*\n/.exec(code) ?? [];
    const starts = this.parse(short).body.flatMap(startsOf);
    const lines = starts.map((start, index) => short.slice(start, starts[index + 1]));
    return { code: hashbang + asAscii(lines.join("\n")), map: null };
  },
};

// Where a line begins: with a statement, and with each constant after the first of `const a = 1, b = 2`.
function startsOf({ type, start, declarations = [] }) {
  return type === "VariableDeclaration" ? [start, ...declarations.slice(1).map((one) => one.start)] : [start];
}

// Node reads a module of ASCII alone as it is, and any other as text of twice its length.
function asAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
