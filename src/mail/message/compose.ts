// The fluent builder: each step gives a new builder, so that one base serves any number of messages.

import type { Checked } from "../../issues.ts";
import { isOptions, isPlain, listOf } from "../../options/plain.ts";
import type { AddressInput, MailboxInput } from "../headers/address.ts";
import { readDefaults } from "./check.ts";
import type {
  AttachmentInput,
  CalendarInput,
  EnvelopeInput,
  FieldInput,
  Message,
  MessageInput,
  PartInput,
  Priority,
  ZonedDate,
} from "./types.ts";

/**
 * An immutable builder of messages. Steps of fields that hold one thing set it; `to`, `cc`, `bcc`, `replyTo`,
 * `attach`, `embed` and `header` add to what is there.
 */
export interface Composer<L> {
  from(...mailboxes: readonly AddressInput[]): Composer<L>;
  sender(mailbox: MailboxInput): Composer<L>;
  to(...addresses: readonly AddressInput[]): Composer<L>;
  cc(...addresses: readonly AddressInput[]): Composer<L>;
  bcc(...addresses: readonly AddressInput[]): Composer<L>;
  replyTo(...addresses: readonly AddressInput[]): Composer<L>;
  subject(text: string): Composer<L>;
  text(text: string): Composer<L>;
  html(html: string): Composer<L>;
  amp(html: string): Composer<L>;
  watch(html: string): Composer<L>;
  calendar(calendar: CalendarInput): Composer<L>;
  attach(...attachments: readonly AttachmentInput[]): Composer<L>;
  /** Adds a part for the html to show: `embed({ cid: "logo", content })`, in the html `<img src="cid:logo">`. */
  embed(...parts: readonly (AttachmentInput & { readonly cid: string })[]): Composer<L>;
  body(tree: PartInput): Composer<L>;
  header(name: string, value: FieldInput): Composer<L>;
  date(date: Date | ZonedDate | string): Composer<L>;
  messageId(id: string): Composer<L>;
  inReplyTo(ids: string | readonly string[]): Composer<L>;
  references(ids: string | readonly string[]): Composer<L>;
  charset(label: string): Composer<L>;
  envelope(envelope: EnvelopeInput): Composer<L>;
  listUnsubscribe(uris: string | readonly string[]): Composer<L>;
  priority(priority: Priority): Composer<L>;
  autoSubmitted(keyword: string): Composer<L>;
  /** Sets any options at once, as `message()` takes them. @throws MessageError `input.type` for what holds none. */
  with(input: Partial<MessageInput>): Composer<L>;
  /** The message. @throws MessageError with every issue. */
  build(): Message;
  /** The message or every issue; with limits, those of the place that it goes to. */
  check(limits?: L): Checked<Message>;
}

/** How the builder gets from input to a message. */
export type CheckInput<L> = (input: MessageInput, limits?: L) => Checked<Message>;

/** The two ends of a builder: `check` as the public door has it, `build` that throws. */
export interface ComposerEnds<L> {
  readonly check: CheckInput<L>;
  readonly build: (input: MessageInput) => Message;
}

// Whatever was given is kept as it is: what is wrong with it is the check's to report, with everything else.
type Draft = { readonly [K in keyof MessageInput]?: unknown };

/** A builder on top of `draft`. */
export function composerOver<L>(draft: Draft, ends: ComposerEnds<L>): Composer<L> {
  const next = (change: Draft) => composerOver({ ...draft, ...change }, ends);
  const add =
    (key: "to" | "cc" | "bcc" | "replyTo") =>
    (...more: readonly AddressInput[]) =>
      next({ [key]: joined(draft[key], more) });
  const attach = (...more: readonly AttachmentInput[]) =>
    next({ attachments: [...attachmentList(draft.attachments), ...more] });
  return {
    from: (...mailboxes) => next({ from: single(mailboxes) }),
    sender: (sender) => next({ sender }),
    to: add("to"),
    cc: add("cc"),
    bcc: add("bcc"),
    replyTo: add("replyTo"),
    subject: (subject) => next({ subject }),
    text: (text) => next({ text }),
    html: (html) => next({ html }),
    amp: (amp) => next({ amp }),
    watch: (watch) => next({ watch }),
    calendar: (calendar) => next({ calendar }),
    attach,
    embed: attach,
    body: (body) => next({ body }),
    header: (name, value) => next({ headers: [...headerList(draft.headers), { name, value }] }),
    date: (date) => next({ date }),
    messageId: (messageId) => next({ messageId }),
    inReplyTo: (inReplyTo) => next({ inReplyTo }),
    references: (references) => next({ references }),
    charset: (charset) => next({ charset }),
    envelope: (envelope) => next({ envelope }),
    listUnsubscribe: (listUnsubscribe) => next({ listUnsubscribe }),
    priority: (priority) => next({ priority }),
    autoSubmitted: (autoSubmitted) => next({ autoSubmitted }),
    with: (input) => next(readDefaults(input)),
    build: () => ends.build(complete(draft)),
    check: (limits) => ends.check(complete(draft), limits),
  };
}

function complete(draft: Draft): MessageInput {
  return draft as MessageInput;
}

function single(list: readonly unknown[]): unknown {
  return list.length === 1 && list[0] !== undefined ? list[0] : list;
}

function joined(before: unknown, more: readonly unknown[]): unknown {
  return single(before === undefined ? more : [before, ...more]);
}

function attachmentList(attachments: unknown): readonly unknown[] {
  return attachments === undefined ? [] : (listOf(attachments) ?? [attachments]);
}

// What holds no headers becomes an entry, and is refused as one.
function headerList(headers: unknown): readonly unknown[] {
  if (headers === undefined) return [];
  const list = listOf(headers);
  if (list !== undefined) return list;
  if (!isOptions(headers) || !isPlain(headers)) return [headers];
  return Object.entries(headers).flatMap(([name, value]) =>
    (listOf(value) ?? [value]).map((one) => ({ name, value: one })),
  );
}
