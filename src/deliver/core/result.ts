// What became of a send: three outcomes for a call, and a fourth for a message that went out in several calls.

import { isArrayBuffer } from "../../mail/octets/kinds.ts";
import { findField } from "../../mail/read/content.ts";
import { readHead } from "../../mail/read/head.ts";
import { readIds } from "../../mail/read/message-ids.ts";
import type { Rendering } from "../../mail/render/render-options.ts";
import type { RefusalScope } from "./outcome.ts";

/** Codes of outcomes that the service did not name itself; every other code is the service's own. */
export const sendCodes = [
  "send.aborted",
  "send.client",
  "send.closed",
  "send.connection",
  "send.content",
  "send.credentials",
  "send.deadline",
  "send.interrupted",
  "send.poison",
  "send.quota",
  "send.redirect",
  "send.response",
  "send.transport",
] as const;

/** A code of this library, as in {@link sendCodes}. */
export type SendCode = (typeof sendCodes)[number];

/** What the last attempt ran into. Holds no part of the message, and no credential. */
export interface SendCause {
  /** The service's code, a code of this library, or that of the system, such as `ECONNRESET`. */
  readonly code: string;
  /** One line for people; addresses in it are blotted out. */
  readonly message: string;
  /** HTTP status, when there was one. */
  readonly httpStatus?: number;
}

/** SES took the message: it answered with success and an id. */
export interface Sent {
  readonly status: "sent";
  /** The id that SES gave. */
  readonly messageId: string;
  /** Calls that were begun, for all groups together. Recipients whom one call left in several groups count it once. */
  readonly attempts: number;
  readonly requestId?: string;
  /** When the message was split: one entry per group. `messageId` is then that of the first. */
  readonly groups?: readonly GroupResult[];
  /** Only where something is left to send, as in the other results: absent here. */
  readonly rendering?: undefined;
}

/** A definite no: SES did not take the message. */
export interface Failed {
  readonly status: "failed";
  /** The service's code, or one of {@link sendCodes}. */
  readonly code: string;
  /** One line for people; addresses in it are blotted out. */
  readonly message: string;
  /** True when the same send may succeed later. */
  readonly retryable: boolean;
  /** As of {@link Sent}; 0 when no call was begun. */
  readonly attempts: number;
  readonly requestId?: string;
  readonly httpStatus?: number;
  /** Milliseconds, a whole number, before which a retry is of no use. */
  readonly retryAfter?: number;
  /**
   * Whom the refusal concerns: the account (credentials, permission, a pause, the used-up day) or the configuration set,
   * so that every further message would be refused too. `retryable` is then true, and `retryAfter` says when it is worth
   * a try. Absent when it concerns this message only.
   */
  readonly scope?: RefusalScope;
  readonly cause?: SendCause;
  readonly groups?: readonly GroupResult[];
  /** How the message was rendered, so that `resume` gives the others the same bytes; absent for raw bytes. */
  readonly rendering?: Rendering;
}

/** Bytes were written and no trustworthy answer came: SES may have taken the message, or not. */
export interface Unknown {
  readonly status: "unknown";
  /** As of {@link Sent}. */
  readonly attempts: number;
  readonly cause: SendCause;
  /** Of the raw bytes, in hex: to find the message again in the events of SES, which replaces its Message-ID. */
  readonly sha256: string;
  /** The Message-ID that was written, which SES replaces on delivery. */
  readonly ownMessageId?: string;
  /** The tags of the call. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly groups?: readonly GroupResult[];
  /** How the message was rendered, so that `resume` gives the others the same bytes; absent for raw bytes. */
  readonly rendering?: Rendering;
}

/** The groups of a split message, or the recipients of one call, fared differently. */
export interface PartialResult {
  readonly status: "partial";
  /** As of {@link Sent}. */
  readonly attempts: number;
  readonly groups: readonly GroupResult[];
  /** How the message was rendered, so that `resume` gives the others the same bytes; absent for raw bytes. */
  readonly rendering?: Rendering;
}

/** The outcome of one call of a split message, or of one call for some of its recipients. */
export interface GroupResult {
  readonly recipients: readonly string[];
  readonly result: CallResult;
}

/** The outcome of one call. */
export type CallResult = Sent | Failed | Unknown;

/** What became of a send. */
export type SendResult = CallResult | PartialResult;

/**
 * One result for several groups: their common status, or `partial`.
 *
 * @param attempts - calls that were begun for them: groups that one call left have those of that call each
 */
export function combineGroups(groups: readonly GroupResult[], attempts: number): SendResult {
  const [first] = groups;
  if (first === undefined) throw new RangeError("a send has at least one group");
  if (groups.length === 1) return first.result;
  const kept = Object.freeze([...groups]);
  const same = groups.every(({ result }) => result.status === first.result.status);
  // What holds up all messages outweighs what is wrong with one: nothing of this one was taken, so it can be sent again.
  const shown = groups.find(({ result }) => result.status === "failed" && result.scope !== undefined) ?? first;
  if (same) return Object.freeze({ ...shown.result, attempts, groups: kept });
  return Object.freeze({ status: "partial", attempts, groups: kept });
}

// What identifies a message whose fate is unknown: the hash of its bytes, and the Message-ID in them.

const HEAD_BYTES = 65_536;
const HEAD_FIELDS = 10_000;

/** SHA-256 in hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const owned: Uint8Array<ArrayBuffer> = isArrayBuffer(bytes.buffer) ? viewOf(bytes, bytes.buffer) : bytes.slice();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", owned));
  return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
}

function viewOf(bytes: Uint8Array, buffer: ArrayBuffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, bytes.byteOffset, bytes.length);
}

// RFC 5322 s2.1.1: a line has at most 998 characters, and the id one line.
const OWN_ID = /^<[^<>\s]{1,996}>$/;

/** The Message-ID of raw bytes, looked for in the first 64 KiB of the head. */
export function ownMessageId(raw: Uint8Array): string | undefined {
  const bytes = raw.subarray(0, HEAD_BYTES);
  const { fields } = readHead({
    ...{ bytes, start: 0, line: 1, headBytes: HEAD_BYTES, fields: HEAD_FIELDS, endsAt: () => false },
  });
  const [id] = readIds(findField(fields, "message-id")?.value ?? "");
  return id !== undefined && OWN_ID.test(id) ? id : undefined;
}

const MAX_TEXT = 300;

/** The service's text in one line, without the addresses it may quote. */
export function blot(text: string): string {
  const [line = ""] = text.slice(0, 4 * MAX_TEXT).split(/[\r\n]/, 1);
  const words = line.split(/([\s,;:'"<>()]+)/).map((word) => (word.includes("@") ? "[address]" : word));
  return words.join("").slice(0, MAX_TEXT);
}

/** The result and how its message was rendered, where something is left to send. */
export function withRendering(result: SendResult, rendering: Rendering | undefined): SendResult {
  if (result.status === "sent" || rendering === undefined) return result;
  return Object.freeze({ ...result, rendering });
}
