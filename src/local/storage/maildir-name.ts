// Names of message files in a Maildir: `seconds.unique.host`, and behind a colon the flags a mail reader adds.

/** What the name of one of our files says. */
export interface MaildirName {
  /** The name without flags. */
  readonly base: string;
  /** Counts up with every message: the order they were taken in. */
  readonly sequence: number;
  readonly id: string;
}

/** The name of a new file. */
export function maildirName(at: number, sequence: number, id: string): string {
  return `${Math.floor(at / 1_000)}.Q${sequence}_${id}.mimewright`;
}

// Mail readers write `:2,flags`; where a colon may not stand in a name they write `;` or `!`.
const PATTERN = /^(-?\d{1,15}\.Q(\d{1,15})_([A-Za-z0-9-]{1,128})\.mimewright)(?:[:;!].{0,100})?$/;

/** Reads a name; undefined for a file of somebody else. */
export function readMaildirName(name: string): MaildirName | undefined {
  const [, base, sequence, id] = PATTERN.exec(name) ?? [];
  if (base === undefined || sequence === undefined || id === undefined) return undefined;
  return { base, sequence: Number(sequence), id };
}
