// node sdk.mjs ENDPOINT: the story's message by the AWS SDK, both APIs.
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { sesSender } from "mimewright/ses";
import { composed } from "./story.mjs";

const [endpoint] = process.argv.slice(2);
const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
const sent = {};
for (const [api, Client] of [
  ["v1", SESClient],
  ["v2", SESv2Client],
]) {
  const sender = sesSender({ client: new Client({ region: "us-east-1", endpoint, credentials }) });
  const result = await sender.send(await composed(), { render: { seed: "story" } });
  await sender.close();
  if (result.status !== "sent") throw new Error(`${api}: ${JSON.stringify(result)}`);
  sent[api] = result.messageId;
}
console.log(JSON.stringify({ sent }));
