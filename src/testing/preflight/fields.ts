// Rules about fields and files: what readers cannot use, what large providers ask for, what services refuse.
import { blockedExtension, sesBlockedExtensions } from "../../mail/limits/ses.ts";
import { misplacedWord } from "../../mail/read/word-places.ts";
import { type Found, quoted } from "./finding.ts";
import { fieldValues, type MailView, type Rule } from "./mail-view.ts";

/** Extensions that Gmail refuses, for senders and for recipients, lower case, without a period. */
const gmailBlockedExtensions: readonly string[] = Object.freeze(
  `ade adp apk appx appxbundle bat cab chm cmd com cpl diagcab diagcfg diagpkg dll dmg ex ex_ exe hta img ins iso isp
  jar jnlp js jse lib lnk mde mjs msc msi msix msixbundle msp mst nsh pif ps1 scr sct shb sys vb vbe vbs vhd vxd wsc
  wsf wsh xll`.split(/\s+/),
);

/** Rules about fields and files. */
export const fieldRules: readonly Rule[] = [
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
  { name: "field-encoded", severity: "error", source: "RFC 2047 s5; RFC 2369 s2", look: encodedFields },
  {
    name: "unsubscribe",
    severity: "warning",
    source: "RFC 8058 s3.1; Gmail Help, Email sender guidelines (support.google.com/a/answer/81126)",
    look: unsubscribing,
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

function* encodedFields({ mail }: MailView): Iterable<Found> {
  for (const { name, value } of mail.headers) {
    const misplaced = misplacedWord(name, value);
    if (misplaced?.severity !== "error") continue;
    const message = `${name} holds an encoded-word, which readers do not decode in this field`;
    yield { path: ["headers", name], message, hint: misplaced.hint };
  }
}

function* unsubscribing(view: MailView): Iterable<Found> {
  const { mail } = view;
  const [unsubscribe] = fieldValues(mail, "list-unsubscribe");
  if (!isToMany(view, unsubscribe)) return;
  const hint = 'listUnsubscribe: "https://…" writes the pair of fields';
  if (unsubscribe === undefined) {
    yield { path: ["listUnsubscribe"], message: "mail to many has no List-Unsubscribe", hint };
    return;
  }
  if (!/<\s*https:/i.test(unsubscribe)) {
    const message = "List-Unsubscribe has no https URI: one click needs one";
    yield { path: ["headers", "List-Unsubscribe"], message, hint };
    return;
  }
  // RFC 8058 s3.1: exactly this value.
  const [post] = fieldValues(mail, "list-unsubscribe-post");
  if (post?.replace(/\s+/g, "").toLowerCase() === "list-unsubscribe=one-click") return;
  const message = "the field List-Unsubscribe-Post: List-Unsubscribe=One-Click is missing";
  yield { path: ["headers", "List-Unsubscribe-Post"], message, hint };
}

// A list where members write to each other is left by its own means (RFC 2369 s3.4: it has List-Post).
function isToMany({ mail, isBulk }: MailView, unsubscribe: string | undefined): boolean {
  if (isBulk) return true;
  if (fieldValues(mail, "list-post").some((value) => !/^\s*NO\b/i.test(value))) return false;
  const precedence = fieldValues(mail, "precedence").some((value) => /^\s*(bulk|list)\s*$/i.test(value));
  return unsubscribe !== undefined || precedence || fieldValues(mail, "list-id").length > 0;
}
