// Server-sent events for the live list: one event for each message, one when messages were removed.
// WHATWG HTML s9.2 (server-sent events).

import type { StoredMessage } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";
import { errorAnswer } from "./answers.ts";
import { entryJson } from "./message-views.ts";
import type { Route } from "./route.ts";

/** The route of the event stream. */
export const eventRoute: Route = {
  method: "GET",
  path: "/_local/events",
  answer: ({ state, request }) => (request.method === "HEAD" ? new Response(null, { headers: HEADERS }) : open(state)),
};

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "cross-origin-resource-policy": "same-origin",
};

// A browser opens six connections to a host at most; more streams than that are not from our pages.
const mostStreams = 64;
// A client that reads nothing is let go of: it reconnects and loads the list anew.
const mostWaiting = 1_000;
/** Shows connections that broke without a word. In ms. */
const HEARTBEAT = 15_000;

const streams = new WeakMap<LocalState, number>();

function open(state: LocalState): Response {
  const others = streams.get(state) ?? 0;
  if (others >= mostStreams) return errorAnswer(503, "There are too many event streams open.");
  streams.set(state, others + 1);
  const encoder = new TextEncoder();
  let close = (): void => {};
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const send = (text: string): void => {
          controller.enqueue(encoder.encode(text));
          if ((controller.desiredSize ?? 0) > 0) return;
          close();
          controller.close();
        };
        const listener = (message: StoredMessage | undefined): void => send(eventOf(message));
        const timer = setInterval(() => send(": still here\n\n"), HEARTBEAT);
        timer.unref();
        close = once(() => {
          clearInterval(timer);
          state.listeners.delete(listener);
          streams.set(state, (streams.get(state) ?? 1) - 1);
        });
        state.listeners.add(listener);
        send("retry: 1000\nevent: ready\ndata: {}\n\n");
      },
      cancel: () => close(),
    },
    { highWaterMark: mostWaiting },
  );
  return new Response(body, { headers: HEADERS });
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}

// JSON has no line ends of its own, so the data is one line.
function eventOf(message: StoredMessage | undefined): string {
  if (message === undefined) return "event: removed\ndata: {}\n\n";
  return `event: message\ndata: ${JSON.stringify(entryJson(message))}\n\n`;
}
