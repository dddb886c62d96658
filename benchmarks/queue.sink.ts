// A service for the queue's benchmarks, in a separate process: takes or refuses every message after a while, prints
// its port, and answers a GET with how many bytes it was sent.
import { createServer } from "node:http";

const meta = "<ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata>";
const taken =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>' +
  "<MessageId>0100000000000000-00000000-0000-0000-0000-000000000000-000000</MessageId>" +
  `</SendRawEmailResult>${meta}</SendRawEmailResponse>`;
const refused =
  '<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type>' +
  "<Code>MessageRejected</Code><Message>Email address is not verified.</Message></Error></ErrorResponse>";

const latency = Number(process.argv[2]);
const [status, answer] = process.argv[3] === "refuses" ? [400, refused] : [200, taken];
let bytes = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.method === "GET") {
    response.end(String(bytes));
    return;
  }
  bytes += Number(request.headers["content-length"] ?? 0);
  request.resume().on("end", () => {
    setTimeout(() => {
      response.writeHead(status, { "content-type": "text/xml", "content-length": answer.length }).end(answer);
    }, latency);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(address.port);
});
