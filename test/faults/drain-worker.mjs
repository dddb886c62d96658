// A program with a sender, as its user would write one: at SIGTERM it drains, tells what came of its messages, and
// ends by itself. Runs on what `npm run build` made, in a process of its own.
import { SESClient } from "@aws-sdk/client-ses";
import { message } from "mimewright";
import { sesHttpClient, sesSender } from "mimewright/ses";

const [, , endpoint, kind, timeout] = process.argv;
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const options = { endpoint, region: "us-east-1", credentials };
const client = kind === "sdk" ? new SESClient(options) : sesHttpClient(options);
const sender = sesSender({ client, concurrency: 16, deadlines: { firstByte: 600_000, total: 900_000 } });
const m = message({ from: "ann@example.com", to: "bob@example.com", text: "Hello." });

process.once("SIGTERM", async () => {
  const { left } = await sender.close({ timeout: Number(timeout) });
  process.send({ left: left.length, ...sender.counts });
  process.disconnect();
});
for (let at = 0; at < 516; at++) sender.send(m, { tags: { t: `d${at}` } });
