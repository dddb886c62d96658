// The rule about unsubscribing with one click, which the large mailbox providers ask of mail to many.
import type { Found } from "./finding.ts";
import { fieldValues, type MailView } from "./mail-view.ts";
import type { Rule } from "./rule.ts";

/** The rule about List-Unsubscribe. */
export const unsubscribeRules: readonly Rule[] = [
  {
    name: "unsubscribe",
    severity: "warning",
    source: "RFC 8058 s3.1; Gmail Help, Email sender guidelines (support.google.com/a/answer/81126)",
    look,
  },
];

function* look(view: MailView): Iterable<Found> {
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
  const message = "there is no List-Unsubscribe-Post: List-Unsubscribe=One-Click";
  yield { path: ["headers", "List-Unsubscribe-Post"], message, hint };
}

// A list where members write to each other is left by its own means (RFC 2369 s3.4 tells it by List-Post).
function isToMany({ mail, isBulk }: MailView, unsubscribe: string | undefined): boolean {
  if (isBulk) return true;
  if (fieldValues(mail, "list-post").some((value) => !/^\s*NO\b/i.test(value))) return false;
  const precedence = fieldValues(mail, "precedence").some((value) => /^\s*(bulk|list)\s*$/i.test(value));
  return unsubscribe !== undefined || precedence || fieldValues(mail, "list-id").length > 0;
}
