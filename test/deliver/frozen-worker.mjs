// A program that sends once and says what became of it, in a process of its own that the test freezes. Told where the
// compiled sources are, which client to use, and the endpoint.
import { SESClient } from "@aws-sdk/client-ses";
import { SESv2Client } from "@aws-sdk/client-sesv2";

const [, , build, kind, endpoint] = process.argv;
const { message } = await import(`${build}/index.js`);
const { sesHttpClient, sesSender } = await import(`${build}/ses.js`);
const options = {
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
};
const clients = {
  "sdk v1": () => new SESClient(options),
  "sdk v2": () => new SESv2Client(options),
  "http v1": () => sesHttpClient(options),
};
const client = clients[kind]();
const mail = message({ from: "ann@example.com", to: "bob@example.com", text: "x" });
// What is slow once, such as loading and compiling, is not to take from the deadlines.
await sesSender({ client }).send(mail);
const sender = sesSender({ client, deadlines: { connect: 60_000, firstByte: 3_000, total: 3_500 } });
const result = await sender.send(mail);
process.send(result);
process.disconnect();
