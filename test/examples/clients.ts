// Clients of the endpoint that a test runs.
import { SESClient } from "@aws-sdk/client-ses";
import type { LocalSes } from "mimewright/local";
import { type Sender, type SesSenderOptions, sesSender } from "mimewright/ses";

/** A client of the SDK for the endpoint. */
export function clientOf({ url }: LocalSes): SESClient {
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  return new SESClient({ region: "us-east-1", endpoint: url, credentials });
}

/** Runs with a sender, and closes it and its client. */
export async function withSender(
  ses: LocalSes,
  use: (sender: Sender) => Promise<void>,
  options: Omit<SesSenderOptions, "client"> = {},
): Promise<void> {
  const client = clientOf(ses);
  const sender = sesSender({ client, ...options });
  try {
    await use(sender);
  } finally {
    await sender.close();
    client.destroy();
  }
}
