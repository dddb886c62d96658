// Rules about what the html shows: images without words, images that are not there, what mail clients do not show.
import { cidOf } from "../../mail/message/cid-references.ts";
import type { ClientGap } from "./client-data.ts";
import { type Found, linesOf, quoted } from "./finding.ts";
import type { TagInHtml } from "./html-view.ts";
import type { MailView, Rule } from "./mail-view.ts";

/** Rules about images and Content-IDs. */
export const referenceRules: readonly Rule[] = [
  { name: "image-alt", severity: "warning", source: "WCAG 2.2 s1.1.1, technique H37", look: withoutAlt },
  {
    name: "image-data-uri",
    severity: "warning",
    source: "caniemail.com, base64 image format: not in Gmail, nor in Outlook on Windows",
    look: dataUris,
  },
  {
    name: "image-size",
    severity: "warning",
    source: "cap of this library: what a phone loads in a second or two",
    look: large,
  },
  { name: "cid-missing", severity: "error", source: "RFC 2392 s2", look: missing },
  { name: "cid-unused", severity: "warning", source: "RFC 2387 s3", look: unused },
];

function* withoutAlt({ html }: MailView): Iterable<Found> {
  for (const tag of html?.tags ?? []) {
    if (tag.name !== "img" || tag.attributes.has("alt") || isHidden(tag)) continue;
    yield {
      path: ["html"],
      line: tag.line,
      message: `the image ${quoted(tag.attributes.get("src") ?? "")} has no alt`,
      hint: 'say what it shows; alt="" for one that says nothing',
    };
  }
}

// WAI-ARIA 1.2 s5.4, s6.6: an image without text is silent in a screen reader.
function isHidden({ attributes }: TagInHtml): boolean {
  const role = attributes.get("role")?.trim().toLowerCase();
  return role === "presentation" || role === "none" || attributes.get("aria-hidden")?.trim().toLowerCase() === "true";
}

function* dataUris({ mail: { html = "" }, references }: MailView): Iterable<Found> {
  const lineAt = linesOf(html);
  for (const { url, start } of references) {
    if (!/^data:image\//i.test(url)) continue;
    yield {
      path: ["html"],
      line: lineAt(start),
      message: `an image of ${url.length.toLocaleString("en-US")} characters is in the html itself`,
      hint: "attach it with a cid (inlineImages does), or link to it: Gmail and Outlook do not show data: URLs",
    };
  }
}

function* large({ mail, references, imageBytes, pathOf }: MailView): Iterable<Found> {
  const shown = cidsOf(references);
  for (const [index, { cid, size, type, filename }] of mail.attachments.entries()) {
    if (size <= imageBytes || !type.startsWith("image/") || cid === undefined || !shown.has(cid)) continue;
    yield {
      path: pathOf(index),
      message: `the image ${quoted(filename ?? cid)} in the html has ${size.toLocaleString("en-US")} bytes`,
      hint: "scale it to the width it is shown at, twice that for fine screens",
    };
  }
}

function* missing({ references, cids }: MailView): Iterable<Found> {
  for (const cid of cidsOf(references)) {
    if (cids.has(cid)) continue;
    yield {
      path: ["html"],
      message: `the html shows cid:${quoted(cid).slice(1, -1)}, and no part has this Content-ID`,
      hint: "give the attachment this cid",
    };
  }
}

function* unused({ mail, references, pathOf }: MailView): Iterable<Found> {
  if (mail.html === undefined) return;
  const shown = cidsOf(references);
  for (const [index, { cid, disposition, type }] of mail.attachments.entries()) {
    if (cid === undefined || shown.has(cid) || disposition === "attachment" || !type.startsWith("image/")) continue;
    yield {
      path: pathOf(index),
      message: `the html does not show the inline image <${cid}>: some readers list it as a file, others hide it`,
      hint: `refer to it as cid:${cid}, or attach it without a cid`,
    };
  }
}

// The Content-IDs that the html names, percent-decoded.
function cidsOf(references: MailView["references"]): ReadonlySet<string> {
  return new Set(references.map(({ url }) => cidOf(url)).filter((cid) => cid !== undefined));
}

/** Rules about clients; they find nothing unless clients were named. */
export const clientRules: readonly Rule[] = [
  {
    name: "client-unsupported",
    severity: "warning",
    source: "caniemail.com, its data by the package caniemail",
    look: (view) => gapsIn(view, "none", "is not shown by"),
  },
  {
    name: "client-partial",
    severity: "warning",
    source: "caniemail.com, its data by the package caniemail",
    look: (view) => gapsIn(view, "partial", "is shown in part by"),
  },
];

function* gapsIn({ gaps }: MailView, support: ClientGap["support"], what: string): Iterable<Found> {
  for (const { feature, clients, notes, line, ...gap } of gaps) {
    if (gap.support !== support) continue;
    const found = { path: ["html"], line, message: `${quoted(feature).slice(1, -1)} ${what} ${clients.join(", ")}` };
    yield notes.length === 0 ? found : { ...found, hint: notes.join(" ") };
  }
}
