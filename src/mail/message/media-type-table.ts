// The tables of `mime`. The build writes them into this file in a shorter form: scripts/media-types.mjs.
import other from "mime/types/other.js";
import standard from "mime/types/standard.js";

/**
 * Every media type with its extensions, the preferred one first. An extension with an asterisk belongs to another type,
 * and names this one only on the way out.
 */
export function mediaTypeEntries(): readonly (readonly [type: string, extensions: readonly string[]])[] {
  return [...Object.entries(standard), ...Object.entries(other)];
}
