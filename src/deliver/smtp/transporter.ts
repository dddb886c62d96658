// The transporter of nodemailer behind a transport: whether it sends by SMTP, its server's name, and how far it is.

/** What is needed of a transporter: nodemailer's own, version 6 or later. */
export interface SmtpTransporter {
  sendMail(mail: object): Promise<unknown>;
}

type Wrong = readonly [message: string, detail: { readonly hint: string }];

const GIVE = "give createTransport({ host, port, auth }) of nodemailer";

// Transports of nodemailer that do not send by SMTP, as `transporter.transporter.name` calls them.
const NOT_SMTP: ReadonlyMap<string, string> = new Map([
  ["JSONTransport", "jsonTransport sends nothing; in tests use captureTransport of mimewright/testing"],
  ["StreamTransport", "streamTransport sends nothing; in tests use captureTransport of mimewright/testing"],
  ["Sendmail", "sendmail changes line ends, and says nothing of its queue; use an SMTP server, such as localhost:25"],
  ["SESTransport", "use sesSender({ client })"],
  ["mimewright-ses", "use sesSender({ client })"],
]);

/** Why it cannot be a transport; undefined when it can. */
export function wrongTransporter(transporter: unknown): Wrong | undefined {
  if (typeof at(transporter, "sendMail") !== "function") {
    return ["expected a transporter of nodemailer", { hint: GIVE }];
  }
  const inner = at(transporter, "transporter");
  const name = at(inner, "name");
  const hint = typeof name === "string" ? NOT_SMTP.get(name) : undefined;
  if (hint !== undefined) return [`the transporter is ${name}, which does not speak SMTP`, { hint }];
  if (at(at(inner, "options"), "lmtp") === true) {
    return ["LMTP is not SMTP", { hint: "LMTP answers once for each recipient (RFC 2033 s4.2): use SMTP" }];
  }
  if (at(at(transporter, "options"), "dkim") || at(at(transporter, "_defaults"), "dkim")) {
    const sign = "leave dkim out: let the server sign, or sign the bytes before sendRaw";
    return ["the transporter signs with DKIM, and would change the bytes", { hint: sign }];
  }
  return undefined;
}

/** A property, inherited ones included; undefined of what has none. */
export function at(value: unknown, name: string): unknown {
  return (typeof value === "object" || typeof value === "function") && value !== null
    ? Reflect.get(value, name)
    : undefined;
}

/** As in `SMTP smtp.example.com:587`. Host and port alone: options hold credentials. */
export function serverName(transporter: SmtpTransporter): string {
  const options = at(at(transporter, "transporter"), "options");
  const [host, port] = [at(options, "host"), at(options, "port")];
  if (typeof host !== "string" || !/^[\w.:-]{1,255}$/.test(host)) return "SMTP";
  const shown = host.includes(":") ? `[${host}]` : host;
  return /^\d{1,5}$/.test(String(port)) ? `SMTP ${shown}:${port}` : `SMTP ${shown}`;
}

/** What the connection has read of the content: nothing, something, or unknown. */
export type ContentRead = "none" | "some" | "unseen";

/** Watches the content of one message, which is known by its bytes. @returns what was read by now */
export type WatchContent = (raw: object) => () => ContentRead;

// nodemailer's own, which read the content in one way alone. Others may send it without our seeing it.
const SMTP: ReadonlySet<unknown> = new Set(["SMTP", "SMTP (pool)"]);

/**
 * Lets us see when the content of a message goes out. An error of the connection says nothing of that. nodemailer 6 to 10
 * take the stream of the content from `createReadStream`, and read it once the server has answered DATA with 354
 * (`smtp-connection`, `send`); before that nothing can have been taken. A pool makes a stream for each of its attempts.
 */
export function watchContent(transporter: SmtpTransporter): WatchContent {
  const use = at(transporter, "use");
  if (!SMTP.has(at(at(transporter, "transporter"), "name")) || typeof use !== "function") return () => () => "unseen";
  const watched = new WeakMap<object, { seen: boolean; readonly streams: unknown[] }>();
  const plugin = (mail: unknown, done: () => void) => {
    const raw = at(at(mail, "data"), "raw");
    const one = typeof raw === "object" && raw !== null ? watched.get(raw) : undefined;
    if (one !== undefined) one.seen = seeStreams(at(mail, "message"), one.streams);
    done();
  };
  Reflect.apply(use, transporter, ["stream", plugin]);
  return (raw) => {
    const one = { seen: false, streams: [] as unknown[] };
    watched.set(raw, one);
    return () => {
      if (!one.seen) return "unseen";
      return one.streams.every((stream) => at(stream, "readableDidRead") === false) ? "none" : "some";
    };
  };
}

function seeStreams(message: unknown, streams: unknown[]): boolean {
  const create = at(message, "createReadStream");
  if (typeof message !== "object" || message === null || typeof create !== "function") return false;
  return Reflect.set(message, "createReadStream", (...given: readonly unknown[]) => {
    const stream: unknown = Reflect.apply(create, message, given);
    streams.push(stream);
    return stream;
  });
}
