// Mailboxes and groups as data, and what other rooms ask of them. RFC 5322 s3.4.

/** One mailbox. `address` is an ASCII addr-spec, its domain as A-labels when it was internationalised. */
export interface Mailbox {
  readonly name?: string;
  readonly address: string;
}

/** A named list of mailboxes, possibly empty. */
export interface Group {
  readonly group: string;
  readonly members: readonly Mailbox[];
}

export type Address = Mailbox | Group;

/** What a field takes: exactly one mailbox, mailboxes without groups, or both. */
export type AddressShape = "mailbox" | "mailboxes" | "addresses";

/** A frozen mailbox; an empty name is none. */
export function mailboxOf(name: string | undefined, address: string): Mailbox {
  return Object.freeze(name === undefined || name === "" ? { address } : { name, address });
}

/** The own name of the mailbox: a property of Object.prototype is not its name. */
export function displayName(mailbox: Mailbox): string | undefined {
  return Object.hasOwn(mailbox, "name") ? mailbox.name : undefined;
}

/** True for a group. */
export function isGroup(address: Address): address is Group {
  return "members" in address && Object.hasOwn(address, "members");
}

/** The mailboxes of a list, members of groups in place of their group. */
export function mailboxesOf(addresses: readonly Address[]): readonly Mailbox[] {
  const found: Mailbox[] = [];
  for (const address of addresses) {
    if (isGroup(address)) for (const member of address.members) found.push(member);
    else found.push(address);
  }
  return found;
}

/**
 * A key by which two addresses are one: the domain ignores case, the local part does not (RFC 5321 s2.4).
 *
 * @example
 * addressKey("Ann@Example.COM"); // "Ann@example.com"
 */
export function addressKey(address: string): string {
  const at = address.lastIndexOf("@");
  return address.slice(0, at) + address.slice(at).toLowerCase();
}
