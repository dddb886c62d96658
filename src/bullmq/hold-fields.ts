// Whom a hold is for: the fields of the hash in which the holds of an account stand.

/** The field of the account; those of sets begin otherwise. */
export const ACCOUNT_FIELD = "account";

/** The field of a configuration set; of messages without one, that of the sender's address. */
export function setField(configurationSet: string | undefined, from: string): string {
  return configurationSet === undefined ? `from:${from}` : `set:${configurationSet}`;
}
