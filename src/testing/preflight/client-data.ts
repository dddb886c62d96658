// What mail clients make of html and CSS: the data of caniemail.com, by its package, loaded when clients are named.

import { argumentError } from "../../given.ts";
import { isError } from "../../mail/octets/kinds.ts";

/** What some clients do not show as it is meant. */
export interface ClientGap {
  /** The feature by its name at caniemail.com, as in `display:flex`. */
  readonly feature: string;
  readonly support: "none" | "partial";
  /** As in `outlook.windows`. */
  readonly clients: readonly string[];
  readonly notes: readonly string[];
  /** Of its first use in the html, from 1. */
  readonly line: number;
}

/** The package is not there, and clients were named. */
export class ClientDataMissingError extends Error {
  override readonly name = "ClientDataMissingError";
  readonly code = "preflight.client-data";
  constructor() {
    super("preflight knows of mail clients by the package caniemail: npm install --save-dev caniemail");
  }
}

// Gmail clips a tenth of it, and the package's time grows with it.
const LONGEST = 1_048_576;

/**
 * Asks for the gaps of the named clients, `gmail.*` for all of Gmail's.
 *
 * @throws ClientDataMissingError; OptionError for an unknown client
 */
export async function clientGaps(html: string, clients: readonly string[]): Promise<readonly ClientGap[]> {
  if (clients.length === 0 || html.trim() === "" || html.length > LONGEST) return [];
  const caniemail = await loadClientData();
  let found: ReturnType<typeof caniemail>["issues"];
  try {
    const options = { clients: [...clients], html };
    found = Reflect.apply(caniemail, undefined, [options]).issues;
  } catch (error) {
    const reason = isError(error) ? error.message : String(error);
    if (reason.includes("were not found")) {
      throw argumentError(["clients"], `expected names of clients of caniemail: ${reason}`, 'as in "gmail.*"');
    }
    // Its reader of CSS is strict, as those of some clients are.
    const all = {
      feature: "css",
      support: "none",
      clients,
      notes: [`the CSS cannot be read: ${reason}`],
      line: 1,
    } as const;
    return [all];
  }
  return [...gathered(found.errors, "none"), ...gathered(found.warnings, "partial")];
}

async function loadClientData() {
  // Bundlers accept a missing package when its import is inside a try.
  try {
    return (await import("caniemail")).caniemail;
  } catch {
    throw new ClientDataMissingError();
  }
}

interface FeatureIssue {
  readonly title: string;
  readonly notes: readonly string[];
  readonly position?: { readonly start: { readonly line: number } };
}

// A gap is reported once, whichever clients have it and however often it occurs.
function gathered(
  found: ReadonlyMap<string, readonly FeatureIssue[]>,
  support: ClientGap["support"],
): readonly ClientGap[] {
  const gaps = new Map<string, { clients: Set<string>; notes: Set<string>; line: number }>();
  for (const [client, issues] of found) {
    for (const { title, notes, position } of issues) {
      const line = position?.start.line ?? 1;
      const gap = gaps.get(title) ?? { clients: new Set(), notes: new Set(), line };
      gaps.set(title, gap);
      gap.clients.add(client);
      gap.line = Math.min(gap.line, line);
      for (const note of notes) gap.notes.add(note);
    }
  }
  return [...gaps].map(([feature, { clients, notes, line }]) => {
    return { feature, support, clients: [...clients].sort(), notes: [...notes], line };
  });
}
