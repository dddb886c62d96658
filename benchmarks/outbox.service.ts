// The service behind the benchmark of the outbox: takes everything, so many milliseconds after it came.
import { createServer } from "node:http";

const ANSWER =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>' +
  "<MessageId>0100000000000000-00000000-0000-0000-0000-000000000000-000000</MessageId>" +
  "</SendRawEmailResult></SendRawEmailResponse>";

const latency = Number(process.argv[2] ?? 0);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume();
  const answer = () => {
    response.writeHead(200, { "content-type": "text/xml", "content-length": Buffer.byteLength(ANSWER) }).end(ANSWER);
  };
  request.on("end", () => {
    if (latency > 0) setTimeout(answer, latency);
    else answer();
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") process.send?.(address.port);
});
process.once("disconnect", () => process.exit());
