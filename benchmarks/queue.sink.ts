// A service for the queue's benchmark, in a process of its own: takes every message after a while, prints its port.
import { createServer } from "node:http";

const ANSWER =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>' +
  "<MessageId>0100000000000000-00000000-0000-0000-0000-000000000000-000000</MessageId>" +
  "</SendRawEmailResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></SendRawEmailResponse>";
const latency = Number(process.argv[2]);

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  request.resume().on("end", () => {
    setTimeout(() => {
      response.writeHead(200, { "content-type": "text/xml", "content-length": ANSWER.length }).end(ANSWER);
    }, latency);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object") console.log(address.port);
});
