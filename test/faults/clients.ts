// Clients of both APIs for the fault plan, and senders over them.
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { message } from "mimewright";
import { type Sender, type SesSenderOptions, sesHttpClient, sesSender } from "mimewright/ses";
import type { Reported } from "./judge.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const region = "us-east-1";

export const clients = {
  "sdk v1": (endpoint: string) => new SESClient({ endpoint, region, credentials }),
  "sdk v2": (endpoint: string) => new SESv2Client({ endpoint, region, credentials }),
  "http v1": (endpoint: string) => sesHttpClient({ endpoint, region, credentials }),
  "http v2": (endpoint: string) => sesHttpClient({ endpoint, region, credentials, api: "v2" }),
  "fetch v1": (endpoint: string) => sesHttpClient({ endpoint, region, credentials, transport: "fetch" }),
} as const;
export type ClientName = keyof typeof clients;
export const clientNames = Object.keys(clients) as ClientName[];

export function senderOver(name: ClientName, endpoint: string, options: Partial<SesSenderOptions> = {}): Sender {
  return sesSender({ client: clients[name](endpoint), ...options });
}

export const mail = message({
  from: "Ann <ann@example.com>",
  to: "bob@example.com",
  subject: "Hello",
  text: "Hello.\n",
});

/** Sends one message per tag and gives what the sender said. */
export async function report(sender: Sender, tags: readonly string[]): Promise<Reported[]> {
  return Promise.all(
    tags.map(async (tag) => {
      const result = await sender.send(mail, { tags: { t: tag } });
      if (result.status === "partial") throw new Error("one call has one outcome");
      return { tag, status: result.status, ...(result.status === "sent" ? { messageId: result.messageId } : {}) };
    }),
  );
}

export const tagsOf = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index}`);
