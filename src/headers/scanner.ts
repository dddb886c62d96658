import { isAtext } from "./tokens.ts";

/** A place in a text. Readers move `at` forward. */
export interface Scanner {
  readonly text: string;
  at: number;
  /** True once a comment, or a blank inside an address, was passed over. */
  commented: boolean;
  /** Why reading stopped; with the offset of what is wrong. */
  error: ScanError | undefined;
}

/** What broke the grammar, and where. */
export interface ScanError {
  readonly offset: number;
  readonly reason: string;
  readonly code: "address.syntax" | "address.length";
  /** What to write, where there is more to say than how addresses look. */
  readonly hint?: string;
}

/** Starts reading a text. */
export function scan(text: string): Scanner {
  return { text, at: 0, commented: false, error: undefined };
}

/** Notes why reading stops. The first reason stays. */
export function fail(scanner: Scanner, reason: string, detail: Partial<Omit<ScanError, "reason">> = {}): undefined {
  scanner.error ??= { offset: scanner.at, code: "address.syntax", ...detail, reason };
  return undefined;
}

/** The character at hand, empty at the end. */
export function peek(scanner: Scanner): string {
  return scanner.text.charAt(scanner.at);
}

/** Passes over white space and comments. RFC 5322 s3.2.2: comments nest, so their depth is counted. */
export function skipSpace(scanner: Scanner): void {
  const { text } = scanner;
  for (; scanner.at < text.length; scanner.at++) {
    const unit = text.charCodeAt(scanner.at);
    if (unit === 0x28) {
      if (!skipComment(scanner)) return;
    } else if (unit !== 0x20) return;
  }
}

// Leaves `at` on the closing parenthesis.
function skipComment(scanner: Scanner): boolean {
  const start = scanner.at;
  let depth = 0;
  for (let i = start; i < scanner.text.length; i++) {
    const unit = scanner.text.charCodeAt(i);
    if (unit === 0x5c) i++;
    else if (unit === 0x28) depth++;
    else if (unit === 0x29 && --depth === 0) {
      scanner.at = i;
      scanner.commented = true;
      return true;
    }
  }
  fail(scanner, "a comment is not closed", { offset: start });
  return false;
}

/** One or more words in a row: a name, or the local part of an address. */
export interface Words {
  /** How many pieces there are. Atoms with dots between them are one. */
  readonly count: number;
  /** The first piece exactly as written. */
  readonly first: string;
  /** The pieces as a reader sees them: quotes and comments removed, white space kept. */
  readonly name: string;
  /** Where the first piece starts. */
  readonly offset: number;
}

/** Reads words up to a character that belongs to none. Undefined after an error. */
export function readWords(scanner: Scanner): Words | undefined {
  skipSpace(scanner);
  const offset = scanner.at;
  let count = 0;
  let first = "";
  let name = "";
  let end = offset;
  for (;;) {
    const start = scanner.at;
    const quoted = peek(scanner) === '"';
    const content = quoted ? readQuoted(scanner) : readAtoms(scanner);
    if (content === undefined) return undefined;
    if (scanner.at === start) break;
    if (count === 0) first = scanner.text.slice(start, scanner.at);
    else name += spaceBetween(scanner.text, end, start);
    name += content;
    count++;
    end = scanner.at;
    skipSpace(scanner);
  }
  return scanner.error === undefined ? { count, first, name, offset } : undefined;
}

// A comment between two words separates them, so it leaves a space.
function spaceBetween(text: string, from: number, to: number): string {
  for (let i = from; i < to; i++) if (text.charCodeAt(i) !== 0x20) return " ";
  return text.slice(from, to);
}

// Atoms and dots, as in `John Q.` and `a.b`; text beyond ASCII is judged by whoever uses it.
function readAtoms(scanner: Scanner): string {
  const start = scanner.at;
  const { text } = scanner;
  let at = start;
  for (; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (!isAtext(unit) && unit !== 0x2e && unit < 0x80) break;
  }
  scanner.at = at;
  return text.slice(start, at);
}

function readQuoted(scanner: Scanner): string | undefined {
  const { text } = scanner;
  const start = scanner.at;
  let content = "";
  let from = start + 1;
  for (let i = from; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x5c) {
      content += text.slice(from, i);
      from = ++i;
    } else if (unit === 0x22) {
      scanner.at = i + 1;
      return content + text.slice(from, i);
    }
  }
  return fail(scanner, "a quoted string is not closed", { offset: start });
}

/** Reads a host name or a domain literal, white space around it too. RFC 5322 s3.4.1. */
export function readDomainText(scanner: Scanner): string | undefined {
  skipSpace(scanner);
  const start = scanner.at;
  if (peek(scanner) === "[") {
    const end = scanner.text.indexOf("]", start);
    if (end < 0) return fail(scanner, "a domain literal is not closed");
    scanner.at = end + 1;
  } else readAtoms(scanner);
  const domain = scanner.text.slice(start, scanner.at);
  skipSpace(scanner);
  return scanner.error === undefined ? domain : undefined;
}
