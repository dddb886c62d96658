// The doors that run where there is no Node, in a project that knows none.
import { check, type Message, message, toStream } from "mimewright";
import "mimewright/charset";
import { inlineImages } from "mimewright/html";
import { fromMimeText } from "mimewright/mimetext";
import { preflight } from "mimewright/preflight";
import { type SendResult, sesHttpClient, sesSender } from "mimewright/ses";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };
const m: Message = message({ from: "a@example.com", to: "b@example.com", text: "Hi" });
export const stream: ReadableStream<Uint8Array> = toStream(m);
export const result: SendResult = await sesSender({ client: sesHttpClient({ region: "eu-west-1", credentials }) }).send(
  m,
);
export const tools: readonly unknown[] = [check, fromMimeText, inlineImages, preflight];
