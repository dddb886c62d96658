// The table of media types as one string, a line for each type: an object literal of a thousand keys is slower to load,
// and three times as long. The build puts it in the place of src/mail/message/media-type-table.ts.

/** A string as a template literal, which keeps its lines. */
export function asTemplate(text) {
  return `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;
}

// What many types begin with has a line of its own, and the lines after it have the rest: `image/`, `png`.
const PREFIX = /^[\w-]+\/(?:vnd\.|x-|prs\.)?/;
const lastWord = (type) => type.replace(/\+.*/, "").split(/[./-]/).pop();

/**
 * The lines of a table. `+` at the end of a type is `+xml`; `=` is the extension that the type itself ends with, and a
 * type with no other extension leaves it out: `vnd.oasis.opendocument.text odt`, `gpx+`, `html = htm`.
 *
 * @param entries - types with their extensions
 */
export function linesOf(entries) {
  const groups = new Map();
  for (const [type, extensions] of entries) {
    if (extensions.length === 0) throw new Error(`${type} has no extension`);
    const [prefix] = PREFIX.exec(type);
    const name = type.slice(prefix.length);
    const shown = extensions.map((extension) => (extension === lastWord(name) ? "=" : extension)).join(" ");
    const line = name.replace(/\+xml$/, "+") + (shown === "=" ? "" : ` ${shown}`);
    groups.set(prefix, [...(groups.get(prefix) ?? [prefix]), line]);
  }
  return [...groups.values()].flat().join("\n");
}

// What the package makes of the lines again: this function is written into it.
function readLines(lines) {
  const entries = [];
  let prefix = "";
  for (const line of lines.split("\n")) {
    if (/[/.-]$/.test(line)) prefix = line;
    else {
      const [name, ...extensions] = line.split(" ");
      const word = name.replace(/\+.*/, "").split(/[./-]/).pop();
      if (extensions.length === 0) extensions.push(word);
      entries.push([prefix + name.replace(/\+$/, "+xml"), extensions.map((one) => (one === "=" ? word : one))]);
    }
  }
  return entries;
}

/** The code of the module in its place. */
export function tableModule(entries) {
  return `${readLines}\nexport function mediaTypeEntries() {\n  return readLines(${asTemplate(linesOf(entries))});\n}`;
}
