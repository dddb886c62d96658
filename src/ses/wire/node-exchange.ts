// One signed request out, one answer in, over Node's http and https, where a written byte can be seen.
import type { ClientRequest, IncomingMessage } from "node:http";
import { Answered } from "./answered.ts";
import { wireError } from "./errors.ts";
import { answerOf, type Exchange, flatHeaders } from "./exchange.ts";
import { afterPoll, watchRequest } from "./watch.ts";

// Below the 5 s that many servers keep an idle connection: ours is closed first, so that no request meets a closing one.
const IDLE_MS = 4_000;

/** Requests by Node's own modules, loaded when the first is made. @param maxSockets connections open at once */
export async function nodeExchange(maxSockets: number): Promise<Exchange> {
  const [http, https] = await Promise.all([import("node:http"), import("node:https")]);
  const options = { keepAlive: true, maxSockets, timeout: IDLE_MS, scheduling: "lifo" } as const;
  const agents = { "http:": new http.Agent(options), "https:": new https.Agent(options) };
  const seen = new Answered();
  return {
    async request({ method, url, headers, body }, { signal, sight }) {
      await afterPoll();
      if (signal.aborted) return wireError(signal.reason, "abort");
      sight.started("whole");
      const make = url.protocol === "http:" ? http.request : https.request;
      const agent = url.protocol === "http:" ? agents["http:"] : agents["https:"];
      try {
        const request = make(url, { method, headers, agent, signal });
        const answered = response(request);
        watchRequest(request, sight);
        request.end(body);
        const message = await answered;
        const status = message.statusCode ?? 0;
        sight.answered(status);
        seen.note();
        return await answerOf(status, flatHeaders(message.headers), message);
      } catch (error) {
        return seen.connectionError(error, url);
      }
    },
    close() {
      // Idle ones only: another sender may have calls under way on the same client.
      for (const agent of Object.values(agents)) {
        for (const idle of Object.values(agent.freeSockets)) for (const socket of idle ?? []) socket.destroy();
      }
    },
  };
}

function response(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    // Errors after the answer belong to its body, which reports them itself; unheard they would end the process.
    request.on("error", reject);
  });
}
