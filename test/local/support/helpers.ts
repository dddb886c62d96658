// Talks to an endpoint as a plain HTTP client does, and reads its XML without the product's own code.
import { type LocalSes, type LocalSesOptions, startLocalSes } from "mimewright/local";
import { afterEach } from "vitest";

const running = new Set<LocalSes>();

afterEach(async () => {
  await Promise.all([...running].map((ses) => ses.close()));
  running.clear();
});

/** An endpoint that is closed after the test. */
export async function start(options: LocalSesOptions = {}): Promise<LocalSes> {
  const ses = await startLocalSes(options);
  running.add(ses);
  return ses;
}

/** A clock that stands still until it is moved. */
export function fakeClock(at = Date.parse("2026-03-01T10:07:00Z")) {
  const clock = {
    at,
    now: () => clock.at,
    advance(ms: number) {
      clock.at += ms;
    },
  };
  return clock;
}

export type Form = Readonly<Record<string, string>>;

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

/** Posts a form. */
export async function post(ses: LocalSes, form: Form | string, headers: Form = {}): Promise<Answer> {
  const response = await fetch(`${ses.url}/`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
  });
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** Posts a form through the handler: no network, any Host. */
export async function handle(ses: LocalSes, form: Form | string, headers: Form = {}): Promise<Answer> {
  const response = await ses.handler(
    new Request("http://localhost/", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
      body: typeof form === "string" ? form : new URLSearchParams(form).toString(),
    }),
  );
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** The first text of an element. */
export function textOf(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found
    ?.replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

/** Code and text of an error answer. */
export function errorOf(answer: Answer): string {
  return `${answer.status} ${textOf(answer.body, "Code")}: ${textOf(answer.body, "Message")}`;
}

/** The elements in order, without their texts; throws unless every element is closed in its place. */
export function shapeOf(xml: string): string {
  const open: string[] = [];
  const shape: string[] = [];
  for (const [, close, name = "", empty] of xml.matchAll(/<(\/?)([A-Za-z0-9]+)[^>]*?(\/?)>/g)) {
    if (close === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes another element`);
    } else {
      shape.push([...open, name].join("/"));
      if (empty !== "/") open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`${open.join("/")} is not closed`);
  return shape.join("\n");
}

/** A raw message in base64, LF turned into CRLF. */
export function base64(message: string): string {
  return Buffer.from(message.replaceAll("\n", "\r\n")).toString("base64");
}

/** A SendRawEmail form. */
export function rawForm(message: string, more: Form = {}): Form {
  return { Action: "SendRawEmail", "RawMessage.Data": base64(message), ...more };
}

/** A SendEmail form. */
export function simpleForm(more: Form = {}): Form {
  return {
    Action: "SendEmail",
    Source: "ann@example.com",
    "Destination.ToAddresses.member.1": "bob@example.org",
    "Message.Subject.Data": "Hello",
    "Message.Body.Text.Data": "Hi Bob",
    ...more,
  };
}
