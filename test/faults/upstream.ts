// The service behind the fault proxy: takes SendRawEmail and v2 SendEmail, gives ids, remembers what it took.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A call as the service understands it. */
export interface Call {
  readonly api: "v1" | "v2";
  /** The value of the first message tag: which message this is. */
  readonly tag: string;
  readonly recipients: readonly string[];
  readonly source: string | undefined;
  readonly raw: Buffer;
}

/** Something the service took. */
export interface Taken extends Call {
  readonly id: string;
  /** Milliseconds, monotonic. */
  readonly at: number;
}

export interface Upstream {
  readonly url: string;
  readonly taken: Taken[];
  /** Numbers for GetSendQuota; undefined refuses the permission. */
  quota: { max24Hour: number; maxRate: number; sent: number } | undefined;
  quotaCalls: number;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  const upstream: Upstream = {
    url: "",
    taken: [],
    quota: { max24Hour: 200, maxRate: 1, sent: 0 },
    quotaCalls: 0,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      const path = request.url ?? "/";
      if (path.endsWith("/account") || body.includes("Action=GetSendQuota")) {
        upstream.quotaCalls++;
        const answer = quotaAnswer(path.endsWith("/account") ? "v2" : "v1", upstream.quota);
        response.writeHead(answer.status, { "content-type": "text/xml" }).end(answer.body);
        return;
      }
      const call = readCall(path, body);
      const id = `id-${upstream.taken.length}-${call.tag}`;
      upstream.taken.push({ ...call, id, at: performance.now() });
      const text = goodAnswer(call.api, id);
      response.writeHead(200, { "content-type": call.api === "v1" ? "text/xml" : "application/json" }).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(upstream, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

export function goodAnswer(api: "v1" | "v2", id: string): string {
  if (api === "v2") return JSON.stringify({ MessageId: id });
  const meta = "<ResponseMetadata><RequestId>7f6f8f2e-0000-4000-8000-000000000001</RequestId></ResponseMetadata>";
  const result = `<SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult>`;
  return `<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${result}${meta}</SendRawEmailResponse>`;
}

export function errorAnswer(api: "v1" | "v2", code: string, text: string): string {
  if (api === "v2") return JSON.stringify({ __type: code, message: text });
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${text}</Message></Error>`;
  return `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/">${error}<RequestId>7f6f8f2e</RequestId></ErrorResponse>`;
}

function quotaAnswer(api: "v1" | "v2", quota: Upstream["quota"]): { status: number; body: string } {
  if (quota === undefined) return { status: 403, body: errorAnswer(api, "AccessDenied", "not authorized") };
  const { max24Hour, maxRate, sent } = quota;
  const numbers = { Max24HourSend: max24Hour, MaxSendRate: maxRate, SentLast24Hours: sent };
  if (api === "v2") return { status: 200, body: JSON.stringify({ SendQuota: numbers }) };
  const leaves = Object.entries(numbers).map(([name, value]) => `<${name}>${value.toFixed(1)}</${name}>`);
  const result = `<GetSendQuotaResult>${leaves.join("")}</GetSendQuotaResult>`;
  return { status: 200, body: `<GetSendQuotaResponse>${result}</GetSendQuotaResponse>` };
}

/** Reads a call of either API. */
export function readCall(path: string, body: string): Call {
  if (path.startsWith("/v2")) {
    const json = JSON.parse(body) as {
      FeedbackForwardingEmailAddress?: string;
      Destination: { ToAddresses: string[] };
      EmailTags?: { Value: string }[];
      Content: { Raw: { Data: string } };
    };
    const raw = Buffer.from(json.Content.Raw.Data, "base64");
    const tag = json.EmailTags?.[0]?.Value ?? "";
    // Without FromEmailAddress the message's own From is the author, and gets the bounces unless another address is named.
    const source = json.FeedbackForwardingEmailAddress ?? /^From:.*?([^\s<>]+@[^\s<>]+)/im.exec(raw.toString())?.[1];
    return { api: "v2", tag, recipients: json.Destination.ToAddresses, source, raw };
  }
  const form = new URLSearchParams(body);
  const recipients = [...form].filter(([name]) => name.startsWith("Destinations.member.")).map(([, value]) => value);
  const raw = Buffer.from(form.get("RawMessage.Data") ?? "", "base64");
  const tag = form.get("Tags.member.1.Value") ?? "";
  return { api: "v1", tag, recipients, source: form.get("Source") ?? undefined, raw };
}
