// Shortens what is built without hiding it: a line for each declaration, and functions, classes and properties under
// their names, so that a stack trace names what the source names. Only variables inside of functions get short names.
import { minifySync } from "rolldown/experimental";

const OPTIONS = { module: true, compress: false, mangle: { toplevel: false, keepNames: true } };

/** A plugin that shortens every chunk. */
export const shorten = {
  name: "shorten",
  renderChunk(code, chunk) {
    const { code: short, errors } = minifySync(chunk.fileName, code, OPTIONS);
    if (errors.length > 0) throw new Error(`${chunk.fileName}: ${errors[0].message}`);
    const lines = this.parse(short).body.map(({ start, end }) => short.slice(start, end));
    // An executable begins with the program that runs it.
    const [hashbang = ""] = /^#!.*\n/.exec(code) ?? [];
    return { code: hashbang + asAscii(lines.join("\n")), map: null };
  },
};

// Node reads a module of ASCII alone as it is, and any other as text of twice its length.
function asAscii(code) {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
