// SendRawEmail of 7 MB over loopback HTTP: our sender against the SDK's own command, on the same client. The server
// throws the body away and remembers its digest: both ways must write the same bytes.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { Bench } from "./bench.ts";
import { printTable, quantile } from "./harness.ts";
import { inFreshProcess, type Measured } from "./processes.ts";
import { sendWays } from "./sdk-send.job.ts";

const SIZE = 7 * 1024 * 1024;
const RUNS = 3;
const MB = 1024 * 1024;
const ANSWER =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>' +
  "<MessageId>0100000000000000-00000000-0000-0000-0000-000000000000-000000</MessageId>" +
  "</SendRawEmailResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></SendRawEmailResponse>";

export const sdkSend: Bench = {
  name: "sdk-send",
  title: "SendRawEmail of 7 MB over loopback HTTP",
  async run() {
    const { port, digests, close } = await sink();
    const found = new Map<string, Measured[]>(sendWays.map((way) => [way, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [way, all] of found) all.push(await inFreshProcess("send", way, String(SIZE), String(port)));
    }
    await close();
    const middle = (way: string, what: string) =>
      quantile(
        (found.get(way) ?? []).map((one) => one[what] ?? Number.NaN),
        0.5,
      );
    const [ours = ""] = sendWays;
    const cells = (way: string, what: string, unit: string, scale = 1) => {
      const value = middle(way, what);
      return [`${(value / scale).toFixed(0)} ${unit}`, (value / middle(ours, what)).toFixed(2)];
    };
    const rows = sendWays.map((way) => [
      ...[way, ...cells(way, "cpu", "ms"), ...cells(way, "wall", "ms"), ...cells(way, "peak", "MB", MB)],
      (middle(way, "peak") / middle(way, "bytes")).toFixed(2),
    ]);
    printTable([["", "CPU", "x ours", "wall", "x ours", "peak", "x ours", "peak x raw"], ...rows]);
    console.log("  - memory is in use before the peak is measured: the SDK, the client, the raw message");
    if (digests.size !== 1) console.log(`  - NOT the same request bodies: ${digests.size} different ones`);
    return digests.size === 1;
  },
};

async function sink() {
  const digests = new Set<string>();
  const server = createServer((request, response) => {
    const hash = createHash("sha256");
    request.on("data", (chunk) => hash.update(chunk));
    request.on("end", () => {
      digests.add(hash.digest("hex"));
      response.writeHead(200, { "content-type": "text/xml", "content-length": Buffer.byteLength(ANSWER) });
      response.end(ANSWER);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port: address.port, digests, close };
}
