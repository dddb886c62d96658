// The options of a queue, and their defaults.

import { readOptionsOf, shapeOf, text, wholeNumber } from "../../given.ts";
import { type Limits, sesV1 } from "../../mail/limits/profiles.ts";
import { readLimits } from "../../mail/limits/read-limits.ts";
import { callFieldReaders, callFieldsOf } from "../core/call-fields.ts";
import { connectionOption, type QueueConnection } from "./connection.ts";
import type { EncodeLimits } from "./encode-job.ts";
import type { QueueFields, QueueMessage } from "./job.ts";
import { DEFAULT_PREFIX, keyOption, nameOption } from "./keys.ts";

/** Options of `mailQueue`. */
export interface MailQueueOptions {
  /** `redis://127.0.0.1:6379` when absent. */
  readonly connection?: QueueConnection;
  /** Name of the queue. `mail` when absent. */
  readonly name?: string;
  /** The prefix of all keys in Redis. `bull` when absent, as in BullMQ. */
  readonly prefix?: string;
  /** What messages are checked against before they are enqueued. `sesV1` when absent. */
  readonly limits?: Limits;
  /** Bytes of one job. 256 KiB when absent. */
  readonly payloadBytes?: number;
  /** Bytes of one attachment in Redis; larger ones go by `ref`. 1 MiB when absent. */
  readonly attachmentBytes?: number;
  /** Seconds that an attachment stays in Redis after the last message with it was enqueued. A week when absent. */
  readonly attachmentSeconds?: number;
  /** Milliseconds after which Redis has not confirmed. 30,000 when absent. */
  readonly timeout?: number;
}

/** What is said about one message. Fields of the service travel with it. */
export interface EnqueueOptions extends QueueFields {
  /** A message with a key is enqueued once, as long as its job stays in Redis. 1 to 256 characters. */
  readonly key?: string;
  /** Counts are kept for each campaign. */
  readonly campaign?: string;
  /** 0 (default) goes first, then 1, up to 2,097,151. */
  readonly priority?: number;
  /** Milliseconds before which it does not go. */
  readonly delay?: number;
}

/** A message for `enqueueAll`, with what is said about it. */
export interface QueueItem extends EnqueueOptions {
  readonly message: QueueMessage;
}

/** Options with every default filled in. */
export interface QueueSettings extends EncodeLimits {
  readonly name: string;
  readonly prefix: string;
  readonly connection: QueueConnection | undefined;
  readonly attachmentSeconds: number;
  readonly timeout: number;
}

const KIB = 1_024;
const WEEK = 7 * 86_400;
const LOWEST_PRIORITY = 2_097_151;

const QUEUE = shapeOf<MailQueueOptions>({
  connection: connectionOption,
  name: nameOption,
  prefix: text,
  limits: readLimits,
  payloadBytes: wholeNumber(1),
  attachmentBytes: wholeNumber(1),
  attachmentSeconds: wholeNumber(1),
  timeout: wholeNumber(1),
});

/** @throws OptionError with every option that cannot be used */
export function readQueueOptions(options: MailQueueOptions): QueueSettings {
  const {
    connection,
    name = "mail",
    prefix = DEFAULT_PREFIX,
    limits = sesV1,
    ...given
  } = readOptionsOf(options, QUEUE);
  const { payloadBytes = 256 * KIB, attachmentBytes = KIB * KIB, attachmentSeconds = WEEK, timeout = 30_000 } = given;
  return { connection, name, prefix, limits, payloadBytes, attachmentBytes, attachmentSeconds, timeout };
}

const ENQUEUE = shapeOf<EnqueueOptions>({
  key: keyOption,
  campaign: nameOption,
  priority: wholeNumber(0, LOWEST_PRIORITY),
  delay: wholeNumber(0),
  ...callFieldReaders,
});

/** Splits what is said to the queue from what is said to the service. @throws OptionError */
export function readEnqueueOptions(options: EnqueueOptions) {
  const { key, campaign, priority = 0, delay = 0, ...fields } = readOptionsOf(options, ENQUEUE);
  return { key, campaign, priority, delay, fields: callFieldsOf(fields) };
}
