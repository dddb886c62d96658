// A plain message the endpoint itself writes: verification mails, feedback mails, automatic answers.
import { readHead } from "../read/head.ts";
import { deliveredHead } from "./delivered.ts";
import type { MessageKind, StoredMessage } from "./model.ts";

/** What such a message is made of; every text is ASCII. */
export interface SystemMessage {
  readonly id: string;
  readonly kind: Exclude<MessageKind, "sent">;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  /** Bare addresses that were checked before. */
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: readonly string[];
  /** More fields, as `Name: value`, before the ones written here. */
  readonly fields?: readonly string[];
}

/** Builds the message as it is stored. */
export function systemMessage(given: SystemMessage): StoredMessage {
  const { id, kind, region, at, from, to, subject } = given;
  const lines = [
    ...(given.fields ?? []),
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    "MIME-Version: 1.0",
    ...(given.fields?.some((field) => /^content-type:/i.test(field))
      ? []
      : ["Content-Type: text/plain; charset=us-ascii"]),
    "",
    ...given.text,
  ];
  const raw = Buffer.from(`${lines.map((line) => line.replace(/[\r\n]/g, " ")).join("\r\n")}\r\n`);
  const head = readHead({ bytes: raw, start: 0, line: 1, headBytes: raw.length, fields: 1_000, endsAt: () => false });
  return {
    id,
    kind,
    region,
    at,
    action: kind,
    accessKeyId: undefined,
    source: from,
    feedbackTo: "",
    recipients: [to],
    to: [to],
    cc: [],
    bcc: [],
    subject,
    from,
    tags: [],
    configurationSet: undefined,
    sourceArn: undefined,
    fromArn: undefined,
    returnPathArn: undefined,
    notes: [],
    raw,
    head: deliveredHead(raw, head.fields, { id, region, at }),
    bodyAt: head.bodyStart,
  };
}
