// Rules about the bodies as a whole: a text beside the html, html that is shown to its end.
import type { Found } from "./finding.ts";
import type { MailView, Rule } from "./mail-view.ts";

/** Rules about bodies. */
export const bodyRules: readonly Rule[] = [
  {
    name: "text-missing",
    severity: "warning",
    source: "RFC 2046 s5.1.4; SpamAssassin MIME_HTML_ONLY",
    *look({ mail }) {
      if (mail.html === undefined || (mail.text ?? "").trim() !== "") return;
      yield {
        path: ["text"],
        message: "there is html and no plain text beside it",
        hint: "write the same as text: watches, speech and spam filters read it",
      };
    },
  },
  {
    name: "html-clipped",
    severity: "warning",
    source: "Gmail shows about 102 KB, then [Message clipped]; spamresource.com, 2022-01",
    look: clipped,
  },
  {
    name: "html-unread",
    severity: "warning",
    source: "cap of this library",
    *look({ mail, html }) {
      if (mail.html === undefined || html !== undefined) return;
      yield { path: ["html"], message: "the html has more than 20,000 attributes and was not looked at" };
    },
  },
];

function* clipped({ mail, htmlBytes }: MailView): Iterable<Found> {
  const size = new TextEncoder().encode(mail.html ?? "").length;
  if (size <= htmlBytes) return;
  const [has, most] = [size, htmlBytes].map((bytes) => bytes.toLocaleString("en-US"));
  yield {
    path: ["html"],
    message: `the html has ${has} bytes: Gmail shows about ${most} of them, and the rest behind a link`,
    hint: "leave out what no reader needs: styles that are not used, comments, white space, repeated tables",
  };
}
