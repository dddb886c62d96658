// What a send costs beside composing: `send` against `toBytes` and `sendRaw`, over a client that answers at once.
import { envelope, type Message, message, toBytes } from "mimewright";
import { type Sender, sesSender } from "mimewright/ses";
import type { Bench } from "./bench.ts";
import { printRace } from "./composing.ts";
import { race } from "./harness.ts";
import { type Letter, letterOfHtml, letterToMany, smallLetter } from "./letter.ts";
import { inputOf } from "./rivals/mimewright.ts";

class SendRawEmailCommand {
  readonly input: unknown;
  readonly middlewareStack = { add: () => {} };
  constructor(input: unknown) {
    this.input = input;
  }
}

function senderToNowhere(): Sender {
  const client = { send: async () => ({ MessageId: "0100", $metadata: { httpStatusCode: 200 } }) };
  return sesSender({ client, commands: { SendRawEmailCommand }, split: "envelope" });
}

async function sendWhole(sender: Sender, m: Message): Promise<void> {
  const { status } = await sender.send(m);
  if (status !== "sent") throw new Error(`the message was not sent: ${status}`);
}

async function sendBytes(sender: Sender, m: Message): Promise<void> {
  const { status } = await sender.sendRaw({ raw: toBytes(m), envelope: envelope(m) });
  if (status !== "sent") throw new Error(`the bytes were not sent: ${status}`);
}

function sendingCase(name: string, title: string, makeLetter: () => Letter): Bench {
  return {
    name,
    title,
    async run() {
      const sender = senderToNowhere();
      const m = message(inputOf(makeLetter()));
      printRace(
        await race([
          { name: "toBytes, then sendRaw", run: () => sendBytes(sender, m) },
          { name: "send", run: () => sendWhole(sender, m) },
        ]),
      );
      await sender.close();
      return true;
    },
  };
}

export const sending: readonly Bench[] = [
  sendingCase("send-small", "sending a small message to a client that answers at once", smallLetter),
  sendingCase("send-recipients", "sending to 1,000 recipients in groups of 50", () => letterToMany(1_000)),
  sendingCase("send-html", "sending 1 MB of html", () => letterOfHtml(1024 * 1024)),
];
