// One signed request out, one answer in, over fetch: for runtimes without Node's sockets.
import { Answered } from "./answered.ts";
import { readBody } from "./body.ts";
import type { AttemptOptions, WireAnswer, WireOutcome } from "./wire.ts";

/** A request that is signed already. */
export interface SignedRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
}

/** A way to make requests. Never throws: an error is an outcome. */
export interface Exchange {
  request(request: SignedRequest, options: AttemptOptions): Promise<WireOutcome>;
  /** Closes idle connections. */
  close(): void;
}

/** Requests by the runtime's `fetch`. What it writes when cannot be seen. */
export function fetchExchange(fetcher: typeof fetch = globalThis.fetch): Exchange {
  const answered = new Answered();
  return {
    async request({ method, url, headers, body }, { signal, sight }) {
      sight.started("nothing");
      try {
        const init = { method, headers: { ...headers }, redirect: "manual", signal } as const;
        const response = await fetcher(url, body === undefined ? init : { ...init, body });
        // A browser hides what a redirect says.
        const status = response.type === "opaqueredirect" ? 302 : response.status;
        sight.answered(status);
        answered.note();
        return await answerOf(status, Object.fromEntries(response.headers), response.body);
      } catch (error) {
        return answered.connectionError(error, url);
      }
    },
    close() {},
  };
}

/** Reads the body; one that breaks off or is too long is absent from the answer. */
export async function answerOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): Promise<WireAnswer> {
  const bytes = await readBody(body).catch(() => undefined);
  return { kind: "answer", status, headers, ...(bytes === undefined ? {} : { body: bytes }) };
}

/** Header fields with lower-case names and one value each. */
export function flatHeaders(headers: Readonly<Record<string, string | readonly string[] | undefined>>) {
  const flat: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = typeof value === "string" ? value : value.join(", ");
  }
  return flat;
}
