// Without the optional peers every door loads, and what needs one says which to install.
import assert from "node:assert/strict";
import { message } from "mimewright";
import { mailQueue, mailWorker } from "mimewright/bullmq";
import { openOutbox } from "mimewright/outbox";
import { preflight } from "mimewright/preflight";
import { sesSender } from "mimewright/ses";

const m = message({ from: "a@example.com", to: "b@example.com", text: "Hi", html: "<p>Hi" });
const sdk = (serviceId) => ({ config: { serviceId }, send: async () => ({}) });

const queueNeeds = { code: "queue.peer", message: /npm install bullmq ioredis/ };
await assert.rejects(mailQueue({ connection: "redis://127.0.0.1:1" }), queueNeeds);
await assert.rejects(mailWorker({ connection: "redis://127.0.0.1:1", client: sdk("SES") }), queueNeeds);

for (const [serviceId, name] of [
  ["SES", "@aws-sdk/client-ses"],
  ["SESv2", "@aws-sdk/client-sesv2"],
]) {
  const sender = sesSender({ client: sdk(serviceId) });
  const told = await sender.send(m).then(
    (result) => JSON.stringify(result),
    (error) => error.message,
  );
  assert.ok(told.includes(`${name} is not installed`), told);
  await sender.close();
}

const clientData = { code: "preflight.client-data", message: /npm install --save-dev caniemail/ };
await assert.rejects(preflight(m, { clients: ["gmail.*"] }), clientData);

const sender = sesSender({ client: sdk("SES") });
await assert.rejects(openOutbox({ path: "none.outbox", sender, driver: "better-sqlite3" }), {
  code: "outbox.driver",
  message: /npm install better-sqlite3/,
});
await sender.close();
console.log("peers");
