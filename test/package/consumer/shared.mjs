// Doors share one state: what one of them made or registered, the others know. By import and by require().
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { MessageError, message, toBytes, toChunks } from "mimewright";
import { startLocalSes } from "mimewright/local";
import { file } from "mimewright/node";
import { fromNodemailer } from "mimewright/nodemailer";
import { rawMessage } from "mimewright/ses";
import { outline } from "mimewright/testing";

const people = { from: "a@example.com", to: "b@example.com", date: new Date(Date.UTC(2026, 0, 2)) };
const inJapanese = { ...people, text: "拝啓", charset: "ISO-2022-JP" };
const code = "charset.unknown";

assert.throws(
  () => message(inJapanese),
  (error) => error instanceof MessageError && error.issues[0].code === code,
);

// The endpoint writes what SendEmail asks for, whatever the application has.
const ses = await startLocalSes();
const form = {
  ...{ Action: "SendEmail", Source: "a@example.com", "Destination.ToAddresses.member.1": "b@example.com" },
  ...{ "Message.Subject.Data": "Hi", "Message.Body.Text.Data": "拝啓", "Message.Body.Text.Charset": "ISO-2022-JP" },
};
const answer = await fetch(ses.url, { method: "POST", body: new URLSearchParams(form) });
assert.equal(answer.status, 200, await answer.text());
assert.match(new TextDecoder("latin1").decode(ses.inbox.list()[0].raw), /charset=ISO-2022-JP/);
await ses.close();

await import("mimewright/charset");
const registered = message(inJapanese);
assert.ok(new TextDecoder("latin1").decode(toBytes(registered)).includes("ISO-2022-JP"));

// A message is known by its identity, wherever it goes.
assert.ok((await outline(registered)).includes("text/plain"));
assert.deepEqual((await rawMessage(registered, { seed: "s" })).Data, toBytes(registered, { seed: "s" }));
assert.deepEqual(toBytes(message(fromNodemailer({ ...people, text: "Hi" })), { seed: "s" }).length > 0, true);
assert.throws(() => fromNodemailer({ ...people, text: 5n }), MessageError);

// A file is a source of the core, checked once.
const withFile = message({
  ...people,
  text: "Hi",
  attachments: [await file(new URL("shared.mjs", import.meta.url))],
});
let length = 0;
for await (const chunk of toChunks(withFile)) length += chunk.length;
assert.ok(length > 1_000);

// What require() gives is the same module.
const required = createRequire(import.meta.url)("mimewright");
assert.equal(required.MessageError, MessageError);
assert.equal(createRequire(import.meta.url)("mimewright/ses").rawMessage, rawMessage);
console.log("shared");
