// Looks for the DNS records of domains that wait for them, through the resolver the endpoint was given.

import { dkimTokens, verificationToken } from "../model/ids.ts";
import type { Account, Identity, LocalState, Resolve } from "../model/model.ts";
import { dkimStatusAt, parents, statusAt } from "./identities.ts";

/**
 * Brings the state of the domains behind these addresses or domains up to date. Without a resolver nothing happens;
 * a lookup that fails changes nothing.
 *
 * @returns true when a state changed
 */
export async function refreshDomains(state: LocalState, account: Account, names: readonly string[]): Promise<boolean> {
  const { resolve } = state.settings;
  if (resolve === undefined) return false;
  const domains = new Set(names.flatMap(parents));
  let changed = false;
  for (const domain of domains) {
    const identity = account.identities.get(domain);
    if (identity !== undefined && (await refresh(state, { account, identity, resolve }))) changed = true;
  }
  return changed;
}

interface Lookup {
  readonly account: Account;
  readonly identity: Identity;
  readonly resolve: Resolve;
}

async function refresh(state: LocalState, { account, identity, resolve }: Lookup): Promise<boolean> {
  const { name } = identity;
  let changed = false;
  if (statusAt(identity, state.now()) === "Pending") {
    const records = await lookUp(resolve, `_amazonses.${name}`, "TXT");
    if (records.includes(verificationToken(account.region, name))) {
      identity.status = "Success";
      changed = true;
    }
  }
  if (dkimStatusAt(identity, state.now()) === "Pending" && (await hasDkimRecords(resolve, account.region, name))) {
    identity.dkimStatus = "Success";
    // A domain that publishes the keys is verified by that alone.
    identity.status = "Success";
    changed = true;
  }
  return changed;
}

async function hasDkimRecords(resolve: Resolve, region: string, domain: string): Promise<boolean> {
  for (const token of dkimTokens(region, domain)) {
    const records = await lookUp(resolve, `${token}._domainkey.${domain}`, "CNAME");
    // RFC 1034 s3.1: names compare without case, and a final dot marks the root.
    const names = records.map((record) => record.toLowerCase().replace(/\.$/, ""));
    if (!names.includes(`${token}.dkim.amazonses.com`)) return false;
  }
  return true;
}

const patience = 5_000;

async function lookUp(resolve: Resolve, name: string, type: "TXT" | "CNAME"): Promise<readonly string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((done) => {
    timer = setTimeout(done, patience, []);
  });
  try {
    return await Promise.race([resolve(name, type), late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
