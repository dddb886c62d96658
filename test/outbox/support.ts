// A folder for each test, senders that do as they are told, and what a process that was killed leaves behind.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Message, message } from "mimewright";
import { type Outbox, type OutboxOptions, openOutbox } from "mimewright/outbox";
import type { RawMail, Sender, SendOptions, SendResult } from "mimewright/ses";
import { afterEach } from "vitest";

const folders: string[] = [];
const opened: Outbox[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((outbox) => outbox.close({ timeout: 0 })));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** The name of an outbox that is not there yet. */
export function newPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "mimewright-outbox-"));
  folders.push(folder);
  return join(folder, "mail.outbox");
}

/** Opens an outbox that is closed after the test, whatever happens. */
export async function open(options: OutboxOptions): Promise<Outbox> {
  const outbox = await openOutbox(options);
  opened.push(outbox);
  return outbox;
}

/** What a process that is killed now would leave: a copy, made by another process, so that no lock is dropped here. */
export function snapshot(path: string): string {
  const copy = newPath();
  const folder = join(copy, "..");
  mkdirSync(folder, { recursive: true });
  for (const suffix of ["", "-wal", "-mark"]) execFileSync("cp", [`${path}${suffix}`, `${copy}${suffix}`]);
  return copy;
}

/** One call of a sender. */
export interface Call {
  readonly mail: RawMail;
  readonly options: SendOptions;
}

export type TestSender = Pick<Sender, "sendRaw"> & { readonly calls: Call[] };

/** A sender whose every call comes to what the function says. */
export function senderOf(answer: (call: Call, index: number) => SendResult | Promise<SendResult>): TestSender {
  const calls: Call[] = [];
  return {
    calls,
    async sendRaw(mail, options = {}) {
      const call = { mail, options };
      calls.push(call);
      return answer(call, calls.length - 1);
    },
  };
}

export const taken = (id = "id-1"): SendResult => ({ status: "sent", messageId: id, attempts: 1 });

export const sending = () => senderOf((_, index) => taken(`id-${index}`));

/** A sender whose calls never settle by themselves; it heeds its signal, as every sender does. */
export const hanging = () =>
  senderOf(
    ({ options }) =>
      new Promise((resolve) => {
        options.signal?.addEventListener("abort", () => resolve(doubtful("send.aborted")));
      }),
  );

export const doubtful = (code = "ECONNRESET"): SendResult => ({
  status: "unknown",
  attempts: 1,
  cause: { code, message: "the connection broke" },
  sha256: "00",
});

export const refusal = (code: string, retryable: "later" | "never"): SendResult => ({
  status: "failed",
  code,
  message: "no",
  retryable: retryable === "later",
  attempts: 1,
});

/** A message whose subject tells it from others. */
export function mailOf(subject: string, to = "bob@example.com"): Message {
  return message({ from: "ann@example.com", to, subject, text: "Hello.\n" });
}

export function textOf(mail: RawMail): string {
  return new TextDecoder().decode(mail.raw);
}

/** Waits until it is so. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}
