// A transport for nodemailer that keeps what it is given: for tests of code that sends, without a server and without
// replacing a module.
import { isBytes } from "../mail/octets/kinds.ts";
import type { HeldMail, MailEnvelope } from "./mail.ts";

/** A mail that was sent into a {@link CaptureTransport}. */
export interface CapturedMail extends HeldMail {
  /** The bytes nodemailer composed. */
  readonly raw: Uint8Array;
  readonly envelope: MailEnvelope;
  readonly messageId: string;
}

// The door is used in projects that do not know Node's types, too.
type NodeBuffer = typeof globalThis extends { Buffer: { alloc(size: number): infer B } } ? B : Uint8Array;

/** What `sendMail` resolves to. */
export interface CaptureInfo {
  readonly envelope: { readonly from: string | false; readonly to: readonly string[] };
  readonly messageId: string;
  readonly accepted: readonly string[];
  readonly rejected: readonly string[];
  readonly response: string;
  /** The bytes, as `streamTransport` with `buffer: true` gives them. */
  readonly message: NodeBuffer;
}

/** The part of a compiled mail of nodemailer that is used. */
export interface SentMail {
  readonly message: {
    getEnvelope(): { readonly from: string | false; readonly to: readonly string[] };
    messageId(): string;
    createReadStream(): AsyncIterable<unknown>;
  };
}

/** A transport for `createTransport`, and what it took. */
export interface CaptureTransport {
  readonly name: string;
  readonly version: string;
  send(mail: SentMail, callback: (error: Error | null, info: CaptureInfo) => void): void;
  verify(callback: (error: Error | null, success: true) => void): void;
  verify(): Promise<true>;
  /** What was sent, oldest first. */
  readonly messages: readonly CapturedMail[];
  /** What was sent last. @throws Error when nothing was */
  readonly last: CapturedMail;
  /** Forgets what was sent, and failures that have not happened yet. */
  reset(): void;
  /** Makes the next send fail that is not due to fail already. Called twice, two sends fail. */
  failNext(error?: Error): void;
}

/**
 * Makes a transport that sends nothing and keeps everything. For nodemailer 7 and later.
 *
 * @example
 * const sent = captureTransport();
 * await signUp("bob@example.com", { mailer: createTransport(sent) });
 * expect(sent.last).toHaveSubject("Welcome");
 */
export function captureTransport(): CaptureTransport {
  const messages: CapturedMail[] = [];
  const failures: Error[] = [];
  const take = async (mail: SentMail): Promise<CaptureInfo> => {
    // Taken first: sends that overlap fail in the order they were started.
    const failure = failures.shift();
    const info = await infoOf(mail);
    if (failure !== undefined) throw failure;
    const { from, to } = info.envelope;
    const envelope = { to, ...(from === false ? {} : { from }) };
    messages.push(Object.freeze({ raw: new Uint8Array(info.message), envelope, messageId: info.messageId }));
    return info;
  };
  return {
    name: "mimewright-capture",
    version: "0.1.0",
    send(mail, callback) {
      take(mail).then(
        (info) => setImmediate(() => callback(null, info)),
        (error: unknown) => setImmediate(() => Reflect.apply(callback, undefined, [error])),
      );
    },
    verify,
    get messages() {
      return [...messages];
    },
    get last() {
      const last = messages.at(-1);
      if (last === undefined) throw new Error("Nothing was sent into this transport.");
      return last;
    },
    reset() {
      messages.length = 0;
      failures.length = 0;
    },
    failNext(error = new Error("This send was made to fail by failNext().")) {
      failures.push(error);
    },
  };
}

function verify(callback: (error: Error | null, success: true) => void): void;
function verify(): Promise<true>;
function verify(callback?: (error: Error | null, success: true) => void): Promise<true> | undefined {
  if (callback === undefined) return Promise.resolve(true);
  setImmediate(() => callback(null, true));
  return undefined;
}

async function infoOf({ message }: SentMail): Promise<CaptureInfo> {
  const { from, to } = message.getEnvelope();
  const chunks: Buffer[] = [];
  for await (const chunk of message.createReadStream()) {
    if (typeof chunk === "string") chunks.push(Buffer.from(chunk));
    else if (isBytes(chunk)) chunks.push(Buffer.from(chunk));
  }
  const bytes = withCrlf(Buffer.concat(chunks));
  return {
    envelope: { from, to: [...to] },
    messageId: message.messageId(),
    ...{ accepted: [...to], rejected: [], pending: [] },
    response: `captured ${bytes.length} bytes`,
    message: bytes,
  };
}

// nodemailer leaves it to the connection to end lines as mail does.
function withCrlf(bytes: Buffer): NodeBuffer {
  return Buffer.from(bytes.toString("latin1").replace(/(?<!\r)\n/g, "\r\n"), "latin1");
}
