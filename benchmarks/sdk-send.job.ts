// Raw messages sent through the SES client of the AWS SDK: by its own command, and by our sender over the same client.
import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { message, toBytes } from "mimewright";
import { sesSender } from "mimewright/ses";
import { letterWithFiles } from "./letter.ts";
import { peakOf } from "./peak.ts";
import type { Measured } from "./processes.ts";
import { inputOf } from "./rivals/mimewright.ts";

const SENDS = 6;

type Send = (client: SESClient, raw: Uint8Array) => Promise<unknown>;

const from = "ann@example.com";
const to = "bob@example.org";

const WAYS = new Map<string, () => Send>([
  [
    "mimewright sender",
    () => {
      const senders = new WeakMap<SESClient, ReturnType<typeof sesSender>>();
      return async (client, raw) => {
        const sender = senders.get(client) ?? sesSender({ client });
        senders.set(client, sender);
        const result = await sender.sendRaw({ raw, envelope: { from, to: [to] } });
        if (result.status !== "sent") throw new Error(`the message was not sent: ${JSON.stringify(result)}`);
      };
    },
  ],
  [
    "SDK command",
    () => (client, raw) =>
      client.send(new SendRawEmailCommand({ Source: from, Destinations: [to], RawMessage: { Data: raw } })),
  ],
]);

/** Names of the ways to send. */
export const sendWays: readonly string[] = [...WAYS.keys()];

/** Milliseconds of wall and CPU time for one send, and peak memory in bytes. */
export async function measureSending(way: string, size: number, port: number): Promise<Measured> {
  const send = WAYS.get(way)?.();
  if (send === undefined) throw new Error(`unknown way ${way}`);
  const client = new SESClient({
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "LOCAL", secretAccessKey: "local" },
  });
  const raw = toBytes(message(inputOf(letterWithFiles(1, (size * 57) / 78))), {
    seed: "bench",
    now: () => new Date(0),
  });
  for (let count = 0; count < 2; count++) await send(client, raw);
  const { peak } = await peakOf(() => send(client, raw));
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let count = 0; count < SENDS; count++) await send(client, raw);
  const wall = (performance.now() - start) / SENDS;
  const { user, system } = process.cpuUsage(cpu);
  client.destroy();
  return { wall, cpu: (user + system) / 1000 / SENDS, peak, bytes: raw.length };
}
