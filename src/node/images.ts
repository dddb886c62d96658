// Images of a page, read from one folder: what inlineImages asks for.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { checkOptions, optionNames } from "../given.ts";
import { fileError, findFile } from "./regular-file.ts";

/** How images are read. */
export interface ImagesOptions {
  /** The most bytes one image may have. Any number when absent. */
  readonly maxBytes?: number;
}

const OPTIONS = optionNames("maxBytes");

/** Reads the image that a reference names. */
export type LoadFromFolder = (
  src: string,
) => Promise<{ readonly content: Uint8Array<ArrayBuffer>; readonly filename: string }>;

/**
 * A `load` for `inlineImages` that reads files of one folder. References are relative to it, with or without a slash in
 * front; a query and a fragment are left out. Neither `..` nor a symbolic link leads out of the folder.
 *
 * @param folder - a path
 * @returns rejects with MessageError `file.not-found`, `file.outside-root` or `file.too-large`, which `inlineImages`
 * tells as `html.image`
 * @throws TypeError for something else than a path, or an unusable value; OptionError `input.unknown-key`
 * @example
 * const { html, attachments } = await inlineImages(page, imagesIn("emails"));
 */
export function imagesIn(folder: string, options: ImagesOptions = {}): LoadFromFolder {
  const { maxBytes = Number.POSITIVE_INFINITY } = checkOptions(options, OPTIONS);
  if (typeof folder !== "string" || folder === "") throw new TypeError("folder is a path");
  if (typeof maxBytes !== "number" || !(maxBytes >= 0)) throw new TypeError("maxBytes is a number, 0 or more");
  return async (src) => {
    const path = pathOf(src);
    const { path: real, stats } = await findFile({ path, root: folder, issuePath: ["html"] });
    if (stats.size > maxBytes) {
      const message = `${basename(path)} has ${stats.size} bytes, more than ${maxBytes}`;
      throw fileError("file.too-large", ["html"], message);
    }
    return { content: new Uint8Array(await readFile(real)), filename: basename(real) };
  };
}

// A slash in front is the root of the site: the folder.
function pathOf(src: string): string {
  const path = src.replace(/[?#].*$/s, "").replace(/^\/+/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
