// The mailbox simulator's domain: mail to it needs no verified recipient and does not count against the quota.
import { domainOf } from "../protocol/address.ts";

/** True for an address of the mailbox simulator, with any label. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === "simulator.amazonses.com";
}
