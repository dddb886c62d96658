// Rules about what mail clients make of html and CSS.
import type { ClientGap } from "./client-data.ts";
import { type Found, quoted } from "./finding.ts";
import type { MailView } from "./mail-view.ts";
import type { Rule } from "./rule.ts";

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
