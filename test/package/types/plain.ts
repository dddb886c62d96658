// Every door that needs nothing beside the package.
import { type Checked, check, compose, type Message, MessageError, message, sesV1, toBytes } from "mimewright";
import "mimewright/charset";
import { inlineImages } from "mimewright/html";
import { type InboxMessage, type LocalSes, startLocalSes } from "mimewright/local";
import { fromMimeText } from "mimewright/mimetext";
import { file, files } from "mimewright/node";
import { type Finding, preflight } from "mimewright/preflight";
import { rawMessage, type Sender, type SendResult, sendRawEmailInput, sesHttpClient, sesSender } from "mimewright/ses";
import { captureTransport, type EmlMessage, matchers, outline, readEml } from "mimewright/testing";

const checked: Checked<Message> = check({ from: "a@example.com", to: ["b@example.com"], text: "Hi" }, sesV1);
if (!checked.ok) throw new Error(checked.issues[0]?.code);
export const isOurs = (error: unknown): error is MessageError => error instanceof MessageError;
// @ts-expect-error: a message has no such field
check({ from: "a@example.com", to: "b@example.com", txt: "Hi" });
export const bytes: Uint8Array = toBytes(checked.value, { seed: "s" });
export const composed = compose().from("a@example.com").to("b@example.com").text("Hi");
export const page = await inlineImages("<p>Hi</p>", () => undefined);
export const made: Message = message({
  from: "a@example.com",
  to: "b@example.com",
  html: page.html,
  attachments: [...page.attachments, await file("report.pdf"), ...(await files("reports"))],
});
export const read: EmlMessage = await readEml(bytes);
export const drawn: string = await outline(bytes);
export const found: readonly Finding[] = await preflight(made);
export const sender: Sender = sesSender({
  client: sesHttpClient({ region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } }),
});
export const result: SendResult = await sender.send(made);
export const input: { Data: Uint8Array } = await rawMessage(made);
export const parameters = await sendRawEmailInput(made);
export const ses: LocalSes = await startLocalSes();
export const got: InboxMessage = await ses.inbox.waitFor({ to: "b@example.com" });
export const tools: readonly unknown[] = [captureTransport, fromMimeText, matchers];
