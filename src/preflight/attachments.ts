// Rules about files that services refuse by their extension.
import { blockedExtension } from "../limits/file-type.ts";
import { sesBlockedExtensions } from "../limits/ses.ts";
import { type Found, quoted } from "./finding.ts";
import type { MailView } from "./mail-view.ts";
import type { Rule } from "./rule.ts";

/** Extensions that Gmail refuses, for senders and for recipients, lower case, without a period. */
const gmailBlockedExtensions: readonly string[] = Object.freeze(
  `ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ins iso isp
  jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc
  wsf wsh xll`.split(/\s+/),
);

/** Rules about files. */
export const attachmentRules: readonly Rule[] = [
  {
    name: "attachment-ses",
    severity: "error",
    source: "Amazon SES Developer Guide, Amazon SES unsupported attachment types",
    look: (view) => blocked(view, "Amazon SES", sesBlockedExtensions),
  },
  {
    name: "attachment-gmail",
    severity: "error",
    source: "Gmail Help, File types blocked in Gmail (support.google.com/mail/answer/6590)",
    look: (view) => blocked(view, "Gmail", gmailBlockedExtensions),
  },
];

function* blocked({ mail, pathOf }: MailView, service: string, extensions: readonly string[]): Iterable<Found> {
  for (const [index, { filename }] of mail.attachments.entries()) {
    const extension = filename === undefined ? undefined : blockedExtension([filename], extensions);
    if (extension === undefined) continue;
    yield {
      path: [...pathOf(index), "filename"],
      message: `${service} refuses files of type .${extension}: ${quoted(filename ?? "")}`,
      hint: "send a link to the file",
    };
  }
}
