// A reader in another language: one child process, a message in base64 a line in, a reading as JSON a line out.
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { contentOf } from "./digest.ts";
import type { MailReader, ReadAddress, Reading } from "./reading.ts";

/** What the scripts write: a {@link Reading} as far as JSON has it. */
interface JsonReading extends Omit<Reading, "attachments" | "custom"> {
  readonly attachments: readonly {
    readonly type: string;
    readonly filename: string | null;
    readonly disposition: string | null;
    readonly cid: string | null;
    /** Base64. */
    readonly content: string | null;
    readonly enclosed: { readonly subject: string; readonly text: string } | null;
  }[];
  readonly custom: Readonly<Record<string, string>>;
}

/** True when the command runs and ends well. */
export function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/** Starts the script when it is first needed. */
export function childReader(name: string, command: string, args: readonly string[]): MailReader {
  let child: ChildProcessWithoutNullStreams | undefined;
  const waiting: { resolve(line: string): void; reject(error: Error): void }[] = [];
  const errors: string[] = [];
  const start = (): ChildProcessWithoutNullStreams => {
    const started = spawn(command, args);
    createInterface(started.stdout).on("line", (line) => waiting.shift()?.resolve(line));
    started.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
    started.on("close", () => {
      for (const { reject } of waiting.splice(0)) reject(new Error(`${name} ended: ${errors.join("")}`));
    });
    child = started;
    return started;
  };
  return {
    name,
    lineEnds: "CRLF",
    async read(bytes) {
      const { stdin } = child ?? start();
      const line = await new Promise<string>((resolve, reject) => {
        waiting.push({ resolve, reject });
        stdin.write(`${Buffer.from(bytes).toString("base64")}\n`);
      });
      return readingOf(JSON.parse(line));
    },
    close() {
      child?.stdin.end();
      child = undefined;
    },
  };
}

function readingOf(json: JsonReading & { readonly error?: string }): Reading {
  if (json.error !== undefined) throw new Error(json.error);
  return {
    ...json,
    from: addresses(json.from),
    sender: addresses(json.sender),
    to: addresses(json.to),
    cc: addresses(json.cc),
    replyTo: addresses(json.replyTo),
    custom: new Map(Object.entries(json.custom)),
    attachments: json.attachments.map(({ type, filename, disposition, cid, content, enclosed }) => ({
      type,
      filename: filename ?? undefined,
      disposition: disposition ?? undefined,
      cid: cid ?? undefined,
      ...contentOf(content === null ? undefined : new Uint8Array(Buffer.from(content, "base64"))),
      enclosed: enclosed ?? undefined,
    })),
  };
}

// The scripts write all keys of both forms; a group has its name, a mailbox has none.
function addresses(list: readonly ReadAddress[]): readonly ReadAddress[] {
  return list.map((one) =>
    "group" in one ? { group: one.group, members: one.members.map(member) } : { name: one.name, address: one.address },
  );
}

// GMime finds groups within groups, which have no address.
function member({ name, address }: { readonly name?: string; readonly address?: string }) {
  return { name: name ?? "", address: address ?? "" };
}
