// Sends over the v2 API as a plain HTTP client does.
import type { LocalSes } from "mimewright/local";

const PATH = "/v2/email/outbound-emails";

/** Posts a request; gives status, error name and JSON. */
export async function postV2(ses: LocalSes, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(ses.url + PATH, { method: "POST", body: text });
  const json = JSON.parse(await response.text());
  return { status: response.status, type: response.headers.get("x-amzn-errortype"), json };
}

/** What a request is answered, in one line. */
export async function answerV2(ses: LocalSes, body: unknown): Promise<string> {
  const { status, type, json } = await postV2(ses, body);
  return status === 200 ? "200" : `${status} ${type}: ${json.message}`;
}

/** The message a request sends; throws when it is refused. */
export async function sentV2(ses: LocalSes, body: unknown) {
  const { status, json } = await postV2(ses, body);
  const mail = ses.inbox.get(json.MessageId ?? "");
  if (mail === undefined) throw new Error(`${status} ${json.message}`);
  return mail;
}

/** A request with simple content. */
export function simpleV2(simple: object = {}, more: object = {}): object {
  return {
    FromEmailAddress: "ann@example.com",
    Destination: { ToAddresses: ["bob@example.org"] },
    Content: {
      Simple: { Subject: { Data: "Report" }, Body: { Text: { Data: "See the files." } }, ...simple },
    },
    ...more,
  };
}

/** A request with raw content, LF turned into CRLF. */
export function rawV2(message: string, more: object = {}): object {
  return { Content: { Raw: { Data: Buffer.from(message.replaceAll("\n", "\r\n")).toString("base64") } }, ...more };
}
