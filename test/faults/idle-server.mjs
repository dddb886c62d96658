// A service in a process of its own that resets every idle connection 0 to 50 ms after its last answer. In the
// process of the client a reset and a write would fall into the same turn of one event loop far too often.
import { appendFileSync } from "node:fs";
import { createServer } from "node:http";

/** Gets one character for each connection that was reset. */
const [, , marks] = process.argv;

const taken = [];
const requests = new WeakMap();
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const { socket } = request;
  const own = (requests.get(socket) ?? 0) + 1;
  requests.set(socket, own);
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    if (request.method === "GET") {
      response.end(JSON.stringify(taken));
      return;
    }
    const tag = new URLSearchParams(Buffer.concat(chunks).toString()).get("Tags.member.1.Value");
    const id = `id-${taken.length}-${tag}`;
    taken.push({ tag, id });
    const result = `<SendRawEmailResult><MessageId>${id}</MessageId></SendRawEmailResult>`;
    const reset = () => {
      if (requests.get(socket) !== own) return;
      socket.on("close", () => appendFileSync(marks, "r")).resetAndDestroy();
    };
    response.on("finish", () => setTimeout(() => setImmediate(reset), Math.random() * 50));
    response.end(`<SendRawEmailResponse>${result}</SendRawEmailResponse>`);
  });
});
server.on("connection", (socket) => socket.on("error", () => {}));
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
