// Files that a service refuses by their extension, in a message that is not yet encoded.
import { errorIssue, type Path, type Report } from "../issues.ts";
import type { Message, Part } from "../message/types.ts";
import { outlineRaw } from "../read/outline.ts";
import { walkRaw } from "../read/walk.ts";
import { blockedExtension } from "./file-type.ts";
import { checkPartFields } from "./message-fields.ts";
import type { Limits } from "./profiles.ts";

/** The issue of a file whose extension is refused. */
function blockedType(extension: string, { name }: Limits, path: Path) {
  const hint = "send a link, or the file in an archive that the reader expects";
  return errorIssue("attachment.blocked-type", path, `${name} refuses files of type .${extension}`, { hint });
}

/** Checks the names of all files of a message, those in a tree of the caller's own included. */
export function checkFiles(m: Message, limits: Limits, report: Report): void {
  for (const [index, { filename }] of m.attachments.entries()) {
    checkName(filename, ["attachments", index], limits, report);
  }
  checkName(m.calendar?.filename, ["calendar"], limits, report);
}

/** Checks every part of a tree of the caller's own: file names and fields. */
export function checkBody(m: Message, limits: Limits, report: Report): void {
  if (m.body === undefined) return;
  const waiting: { readonly part: Part; readonly path: Path }[] = [{ part: m.body, path: ["body"] }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { part, path } = next;
    if (part.written !== undefined) checkWrittenNames(part.written, path, limits, report);
    checkName(part.filename, path, limits, report);
    checkPartFields(part, m.charset, path, limits, report);
    for (const [index, child] of (part.parts ?? []).entries()) {
      waiting.push({ part: child, path: [...path, "parts", index] });
    }
    if (part.message !== undefined) waiting.push({ part: part.message, path: [...path, "message"] });
  }
}

// A written part names its files itself.
function checkWrittenNames(written: Uint8Array, path: Path, limits: Limits, report: Report): void {
  for (const { part } of walkRaw(outlineRaw(written))) {
    const extension = blockedExtension(part.filenames, limits.blockedExtensions);
    if (extension !== undefined) report(blockedType(extension, limits, [...path, "written"]));
  }
}

// The `name` parameter of a type is written from the file name, and no caller can give another.
function checkName(filename: string | undefined, path: Path, limits: Limits, report: Report): void {
  const extension = filename === undefined ? undefined : blockedExtension([filename], limits.blockedExtensions);
  if (extension !== undefined) report(blockedType(extension, limits, [...path, "filename"]));
}
