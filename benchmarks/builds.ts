// A build of this library by its folder: the one beside the benchmarks, or another to compare it with.
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Message, MessageInput } from "mimewright";
import type { Sender } from "mimewright/ses";
import type { Letter } from "./letter.ts";
import { inputOf, lendingInputOf } from "./rivals/mimewright.ts";

/** The modules of one build. */
export interface Build {
  readonly folder: string;
  readonly core: typeof import("mimewright");
  readonly ses: typeof import("mimewright/ses");
}

/** Loads `index.js` and `ses.js` of a folder such as `dist`. */
export async function loadBuild(folder: string): Promise<Build> {
  const load = (file: string) => import(pathToFileURL(join(resolve(folder), file)).href);
  return { folder, core: await load("index.js"), ses: await load("ses.js") };
}

/** A piece of work that both builds can do on the same letter. */
export type Way = (build: Build, letter: Letter) => () => unknown;

const whole: Way = ({ core: { message, toBytes } }, letter) => {
  const input = inputOf(letter);
  return () => toBytes(message(input));
};

/** Every way by the name that `--ways` gives. */
export const ways: ReadonlyMap<string, Way> = new Map<string, Way>([
  ["whole", whole],
  [
    "message",
    ({ core: { message } }, letter) => {
      const input = inputOf(letter);
      return () => message(input);
    },
  ],
  [
    "toBytes",
    ({ core: { message, toBytes } }, letter) => {
      const m = message(inputOf(letter));
      return () => toBytes(m);
    },
  ],
  [
    "input",
    ({ core: { toBytes } }, letter) => {
      const input = inputOf(letter);
      return () => toBytes(input);
    },
  ],
  [
    "into",
    ({ core: { measure, message, toBytes } }, letter) => {
      const input: MessageInput = lendingInputOf(letter);
      const into = new Uint8Array(measure(message(input)).bytes + 1024);
      return () => toBytes(message(input), { into });
    },
  ],
  [
    "send",
    (build, letter) => {
      const sender = senderToNowhere(build);
      const m = build.core.message(inputOf(letter));
      return () => sendWhole(sender, m);
    },
  ],
  [
    "toBytes+sendRaw",
    (build, letter) => {
      const { envelope, message, toBytes } = build.core;
      const sender = senderToNowhere(build);
      const m = message(inputOf(letter));
      return () => sendBytes(sender, toBytes(m), envelope(m));
    },
  ],
  [
    "sendRaw",
    (build, letter) => {
      const { envelope, message, toBytes } = build.core;
      const sender = senderToNowhere(build);
      const m = message(inputOf(letter));
      const raw = toBytes(m);
      const people = envelope(m);
      return () => sendBytes(sender, raw, people);
    },
  ],
]);

class SendRawEmailCommand {
  readonly input: unknown;
  readonly middlewareStack = { add: () => {} };
  constructor(input: unknown) {
    this.input = input;
  }
}

/** A sender over a client that answers at once. */
export function senderToNowhere({ ses }: Pick<Build, "ses">): Sender {
  const client = { send: async () => ({ MessageId: "0100", $metadata: { httpStatusCode: 200 } }) };
  return ses.sesSender({ client, commands: { SendRawEmailCommand }, split: "envelope" });
}

async function sendWhole(sender: Sender, m: Message): Promise<void> {
  const { status } = await sender.send(m);
  if (status !== "sent") throw new Error(`the message was not sent: ${status}`);
}

type RawToSend = Parameters<Sender["sendRaw"]>[0];

async function sendBytes(sender: Sender, raw: RawToSend["raw"], envelope: RawToSend["envelope"]): Promise<void> {
  const { status } = await sender.sendRaw({ raw, envelope });
  if (status !== "sent") throw new Error(`the bytes were not sent: ${status}`);
}
