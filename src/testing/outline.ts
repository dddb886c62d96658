// The MIME tree as text, one line a part.
import type { MailInput, ReadPart } from "./mail.ts";
import { readingOf } from "./read-eml.ts";
import type { PlacedPart } from "./read-part.ts";
import { received } from "./received.ts";

/**
 * Draws the MIME tree of a message: type, file name, Content-ID and size of the decoded content, one line a part.
 *
 * @throws OptionError (as a rejection) when the value holds no mail
 * @example
 * console.log(await outline(m));
 * // multipart/mixed
 * //   text/plain, 54 bytes
 * //   application/pdf "invoice.pdf", 778 bytes
 */
export async function outline(mail: MailInput): Promise<string> {
  return outlineLines(readingOf(await received(mail)).parts, "sizes").join("\n");
}

/** The lines of an outline, with or without what changes with every content. */
export function outlineLines(parts: readonly PlacedPart[], detail: "sizes" | "structure"): readonly string[] {
  return parts.map(({ part }) => {
    const depth = part.path === "" ? 0 : part.path.split(".").length;
    const size = detail === "structure" || part.content === undefined ? "" : `, ${count(part.content.length)}`;
    return `${"  ".repeat(depth)}${titleOf(part)}${size}`;
  });
}

function titleOf({ type, filename, cid, disposition }: ReadPart): string {
  const name = filename === undefined ? "" : ` ${JSON.stringify(filename)}`;
  const id = cid === undefined ? "" : ` <${cid}>`;
  return `${type}${name}${id}${disposition === "inline" && cid === undefined ? " inline" : ""}`;
}

/** A number of bytes in words. */
export function count(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes.toLocaleString("en-US")} bytes`;
}

/** How a part is named in reports. */
export function placeOf(part: ReadPart): string {
  const where = part.path === "" ? "the message" : `part ${part.path}`;
  const name = part.filename === undefined ? "" : ` ${JSON.stringify(part.filename)}`;
  return `${where} (${part.type}${name})`;
}
