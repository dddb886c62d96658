// A message made ready to be stored: checked, rendered, hashed, cut. With a key the bytes depend on the message alone,
// so that the same message under the same key is the same bytes.

import { type Reader, readOptionsOf, refuse, shapeOf } from "../../given.ts";
import { errorIssue, MessageError } from "../../issues.ts";
import type { Limits } from "../../mail/limits/profiles.ts";
import { envelope } from "../../mail/message/envelope.ts";
import { isMessage } from "../../mail/message/seal.ts";
import type { Message, RenderOptions } from "../../mail/message/types.ts";
import { isBytes } from "../../mail/octets/kinds.ts";
import { isRendered, type Rendered } from "../../mail/render/render.ts";
import { type CallFields, callFieldReaders, callFieldsOf } from "../core/call-fields.ts";
import {
  type Preparation,
  type PreparedSend,
  prepareMessage,
  prepareRaw,
  type RawMail,
} from "../core/prepared-send.ts";
import { ownMessageId, type SendResult } from "../core/result.ts";
import type { TransportFacts } from "../core/transport.ts";
import { cutPieces, sha256 } from "./bodies.ts";
import type { NewRecord } from "./changes.ts";
import { OutboxError } from "./error.ts";
import { finalResult, type OutboxRecord, type OutboxState, writeTerms } from "./record.ts";

/** Options of one message. Fields of the service go with its call. */
export interface OutboxEnqueueOptions extends CallFields {
  /**
   * What the caller knows the message by, such as `invoice-4711`: at most 512 characters. The same message under the
   * same key is stored and sent once; another one is refused.
   */
  readonly key?: string;
}

/** A message of a batch, with its options. */
export interface OutboxEntry extends OutboxEnqueueOptions {
  readonly mail: Message | Rendered | RawMail;
}

/** How messages are packed. */
export interface PackingSettings {
  readonly limits: Limits;
  readonly split: "never" | "envelope";
  readonly render: RenderOptions;
  /** Where messages go; Amazon SES with every field of a call when it is not known. */
  readonly destination?: TransportFacts | undefined;
}

/** What a message was rendered with the first time: the same message gives the same bytes with it again. */
export interface FirstRendering {
  /** Milliseconds since 1970: the date of a message that has none. */
  readonly createdAt: number;
  readonly seed: string | undefined;
}

const MAX_KEY = 512;
const key: Reader<string> = (value, place) =>
  typeof value === "string" && value !== "" && value.length <= MAX_KEY
    ? value
    : refuse(value, `a string of 1 to ${MAX_KEY} characters`, place);
const ENQUEUE = shapeOf<OutboxEnqueueOptions>({ key, ...callFieldReaders });

/**
 * @param index - the place in a batch
 * @throws OptionError
 */
export function outboxEnqueueOptions(options: OutboxEnqueueOptions, index?: number) {
  const { key, ...fields } = readOptionsOf(options, ENQUEUE, index === undefined ? [] : [index]);
  return { key, fields: callFieldsOf(fields) };
}

/**
 * Checks a message before anything of it is encoded.
 *
 * @throws MessageError as a sender does
 */
export function pack(
  mail: Message | Rendered | RawMail,
  fields: CallFields,
  { limits, split, render, destination }: PackingSettings,
  rendered: FirstRendering,
): PreparedSend {
  const date = new Date(rendered.createdAt);
  const rendering = {
    ...render,
    now: render.now ?? (() => date),
    ...(rendered.seed === undefined ? {} : { seed: rendered.seed }),
  };
  const where = destination === undefined ? {} : { destination };
  const packing: Preparation = { ...where, limits, split, render: rendering, fields };
  if (isMessage(mail) || isRendered(mail)) return prepareMessage(mail, packing);
  if ("raw" in mail && isBytes(mail.raw)) return prepareRaw(mail, packing);
  const hint = "give message({ … }), or { raw, envelope }";
  throw new MessageError([errorIssue("input.type", [], "expected a message", { hint })]);
}

/** Renders and cuts what was packed. */
export async function entryOf(
  { item, fields, render, rendering }: PreparedSend,
  key: string | undefined,
  { createdAt, seed }: FirstRendering,
): Promise<NewRecord> {
  const rendered = await render();
  // The caller's bytes may change before they are stored.
  const raw = isMessage(item) ? rendered : rendered.slice();
  const { from, to } = isMessage(item) ? envelope(item) : item.envelope;
  const ownId = ownMessageId(raw);
  return {
    ...{ key, createdAt, seed: rendering?.seed === seed ? seed : undefined, ownMessageId: ownId, bytes: raw.length },
    sha256: Buffer.from(sha256(raw)).toString("hex"),
    terms: writeTerms({ envelope: { from, to }, fields }),
    pieces: cutPieces(raw),
  };
}

/** The error of one entry, with its place in the batch. */
export function atIndex(error: unknown, index: number): unknown {
  if (error instanceof MessageError) {
    const [first, ...rest] = error.issues.map((issue) => ({ ...issue, path: [index, ...issue.path] }));
    return first === undefined ? error : new MessageError([first, ...rest]);
  }
  if (error instanceof OutboxError) return new OutboxError(error.code, error.message, { cause: error.cause, index });
  return error;
}

// What a caller gets for a message: its state, and whether it was there already.

/** The promise that a message is in the outbox. */
export interface Receipt {
  readonly id: number;
  readonly key?: string;
  /** `queued`; for a message that was there already, its state. */
  readonly state: OutboxState;
  /** Whether the message was there already, under the same key. */
  readonly replayed: boolean;
  /** Its outcome, when it was there already and has one. */
  readonly result?: SendResult;
}

/** For a message that was stored just now. */
export function stored(id: number, key: string | undefined): Receipt {
  return Object.freeze({ id, ...(key === undefined ? {} : { key }), state: "queued", replayed: false });
}

/**
 * For a message under a key that is taken.
 *
 * @throws OutboxError `outbox.conflict` when it is another message
 */
export function replayed(record: OutboxRecord, { sha256, terms }: Pick<NewRecord, "sha256" | "terms">): Receipt {
  if (record.sha256 !== sha256 || writeTerms(record) !== terms) throw conflict();
  const { id, key, state } = record;
  const result = finalResult(record);
  const detail = { ...(key === undefined ? {} : { key }), ...(result === undefined ? {} : { result }) };
  return Object.freeze({ id, state, replayed: true, ...detail });
}

/** The error for another message under a key. */
export function conflict(): OutboxError {
  return new OutboxError(
    "outbox.conflict",
    "this key is taken by another message, or by the same one with other recipients or options",
  );
}
