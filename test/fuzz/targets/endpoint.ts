// The endpoint: requests as the handler has them, and octets as a connection brings them.
import { once } from "node:events";
import { connect } from "node:net";
import { startLocalSes } from "mimewright/local";
import { createHandler } from "../../../src/local/handler.ts";
import { readLocalOptions } from "../../../src/local/options.ts";
import { openState } from "../../../src/local/start.ts";
import { openStorage } from "../../../src/local/storage/open.ts";
import { chanceOf } from "../random.ts";
import { promised, type Target, textOf } from "../target.ts";
import { HEAD_WORDS } from "./words.ts";

const WORDS: readonly string[] = [
  ...HEAD_WORDS,
  ..."Action=SendRawEmail|&|=|+|%|%zz|%0D%0A|RawMessage.Data=|Source=a%40b.c|Destinations.member.1=|.member.999999999=".split(
    "|",
  ),
  ..."Action=SendEmail|Message.Subject.Data=x|Message.Body.Text.Data=x|Destination.ToAddresses.member.1=a%40b.c".split(
    "|",
  ),
  ..."Action=GetSendQuota|Action=VerifyEmailIdentity|EmailAddress=a%40b.c|Action=ListIdentities|MaxItems=-1|Version=2010-12-01".split(
    "|",
  ),
  ..."Signature=|SignatureVersion=2|AWSAccessKeyId=A|Timestamp=2026-01-02T03%3A04%3A05Z|Expires=".split("|"),
  "Authorization: AWS4-HMAC-SHA256 Credential=A/20260102/us-east-1/ses/aws4_request, SignedHeaders=host, Signature=0\r\n",
  ..."X-Amz-Date: 20260102T030405Z\r\n|X-Amzn-Authorization: AWS3-HTTPS AWSAccessKeyId=A\r\n|Date: x\r\n".split("|"),
  ..."Content-Type: application/json\r\n|Content-Type: application/x-www-form-urlencoded\r\n|X-Amz-Content-Sha256: x\r\n".split(
    "|",
  ),
  ..."POST / |POST /v2/email/outbound-emails |GET /v2/email/account |GET /_local/messages |PUT |DELETE /_local/messages ".split(
    "|",
  ),
  ...'POST /_local/faults |POST /_local/account |GET /_local/messages/x/parts/0 |{"Content":{"Raw":{"Data":""}}}'.split(
    "|",
  ),
  ..."Transfer-Encoding: chunked\r\n|5\r\nhello\r\n|0\r\n\r\n|ffffffffff\r\n|Content-Length: 5\r\n|HTTP/1.1\r\n|\r\n\r\n".split(
    "|",
  ),
];

interface Asked {
  readonly request: Request;
  readonly path: string;
}

/** A request written as HTTP writes it: a line, fields, an empty line, the body. What Fetch refuses never arrives. */
function asked(input: Uint8Array): Asked | undefined {
  const bytes = Buffer.from(input);
  const end = bytes.indexOf("\r\n\r\n");
  const [line = "", ...fields] = textOf(end < 0 ? input : input.subarray(0, end)).split("\r\n");
  const [method = "", path = "/"] = line.split(" ");
  const body = end < 0 ? undefined : bytes.subarray(end + 4);
  try {
    const headers = new Headers(
      fields.map((field): [string, string] => [field.split(":")[0] ?? "", field.slice(field.indexOf(":") + 1)]),
    );
    const bare = method === "GET" || method === "HEAD" || body === undefined;
    const request = new Request(new URL(`http://127.0.0.1${path.startsWith("/") ? path : "/"}`), {
      ...{ method, headers },
      ...(bare ? {} : { body }),
    });
    return { request, path: new URL(request.url).pathname.split("/").slice(0, 4).join("/") };
  } catch {
    return undefined;
  }
}

const fixedState = async () => {
  const chance = chanceOf(1, "endpoint");
  const random = (size: number) => Uint8Array.from({ length: size }, () => chance.below(256));
  const clock = () => Date.UTC(2026, 0, 2, 3, 4, 5);
  // Waits of faults that are asked for would be mistaken for slowness: both presets are asked without any.
  return { clock, random };
};

async function answerOf(preset: "easy" | "strict", input: Uint8Array): Promise<string> {
  const call = asked(input);
  if (call === undefined) return "no request";
  // Faults break answers on purpose, and events go on for ever.
  if (/^\/_local\/(?:faults|events)/.test(call.path)) return "skipped";
  const state = await openState(
    readLocalOptions({ preset, ...(await fixedState()) }),
    await openStorage(undefined, {}),
  );
  const response = await createHandler(state)(call.request);
  promised(response.status < 500, `${call.path} is answered ${response.status}: ${await response.clone().text()}`);
  const text = await response.text();
  const code =
    /<Code>([^<]*)|"__type":"([^"]*)|<(\w+)Response/.exec(text)?.[0] ?? text.slice(0, 12).replace(/\d/g, "0");
  const words = /<Message>([\w ]{0,24})|"message":"([\w ]{0,24})/.exec(text)?.[0] ?? "";
  return `${response.status} ${code} ${words.replace(/\d/g, "0")}`;
}

export const endpoint: Target = {
  name: "endpoint",
  words: WORDS,
  longest: 8_000,
  async run(input) {
    return `${await answerOf("easy", input)} / ${await answerOf("strict", input)}`;
  },
};

let started: ReturnType<typeof startLocalSes> | undefined;

export const wire: Target = {
  name: "wire",
  words: WORDS,
  longest: 8_000,
  async run(input) {
    started ??= startLocalSes({ port: 0 });
    const { port } = new URL((await started).url);
    const socket = connect(Number(port), "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    // A server may close while it is still written to.
    socket.on("error", () => {});
    socket.end(input);
    await once(socket, "close");
    const [line = ""] = Buffer.concat(chunks).toString("latin1").split("\r\n");
    promised(line === "" || /^HTTP\/1\.1 [1-4]\d\d /.test(line), `answered ${line}`);
    // What the server still does with the connection is not the same each time: the answer is behaviour enough.
    return line;
  },
};
