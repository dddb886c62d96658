// A Fetch Response on a connection of node:http.
import { once } from "node:events";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { writeResponse } from "../../../src/local/http/fetch.ts";

const CHUNKS = 64;
const CHUNK = new Uint8Array(262_144);

it("leaves no listener behind each time a slow client holds it up", async () => {
  let most = 0;
  let chunk = 0;
  const server = createServer((request, response) => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        most = Math.max(most, response.listenerCount("close"));
        if (chunk++ < CHUNKS) controller.enqueue(CHUNK);
        else controller.close();
      },
    });
    void writeResponse(new Response(body), request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = get({ port, host: "127.0.0.1" });
  const [answer]: IncomingMessage[] = await once(client, "response");
  let bytes = 0;
  for await (const piece of answer ?? []) bytes += piece.length;
  expect(bytes).toBe(CHUNKS * CHUNK.length);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThan(8);
  server.close();
});
