// SendRawEmail of 7 MB over loopback HTTP: our sender against the SDK's own command, on the same client. The server
// throws the body away and remembers its digest: both ways must write the same bytes.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { quantile } from "../harness.ts";
import { inProcessWith, type Measured } from "../processes.ts";
import { sendWays } from "../sdk-send.job.ts";
import { atMost, formatNumber, plainRow, type RowGroup } from "./row.ts";

const SIZE = 7 * 1024 * 1024;
const RUNS = 3;
// The SDK says at each start which versions of Node it will support next year.
const QUIET = ["--no-warnings"];
const ANSWER =
  '<SendRawEmailResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><SendRawEmailResult>' +
  "<MessageId>0100000000000000-00000000-0000-0000-0000-000000000000-000000</MessageId>" +
  "</SendRawEmailResult><ResponseMetadata><RequestId>bench</RequestId></ResponseMetadata></SendRawEmailResponse>";

/** CPU against the SDK's own command, and peak memory over the raw message. */
export const sdkSend: RowGroup = {
  name: "sdk-send",
  async *measure() {
    const { port, digests, close } = await sink();
    const found = new Map<string, Measured[]>(sendWays.map((way) => [way, []]));
    for (let run = 0; run < RUNS; run++) {
      for (const [way, all] of found) all.push(await inProcessWith(QUIET, "send", way, String(SIZE), String(port)));
    }
    await close();
    const middle = (way: string, read: (one: Measured) => number | undefined) =>
      quantile(
        (found.get(way) ?? []).map((one) => read(one) ?? Number.NaN),
        0.5,
      );
    const [ours = "", sdk = ""] = sendWays;
    const ms = (way: string, what: string) => `${middle(way, (one) => one[what]).toFixed(0)} ms`;
    const share = (way: string) => middle(way, ({ peak = Number.NaN, bytes = 1 }) => peak / bytes);
    // Both ways must write the same request.
    const right = digests.size === 1;
    const cpu = middle(ours, (one) => one.cpu) / middle(sdk, (one) => one.cpu);
    yield {
      ...{
        title: "SendRawEmail of 7 MB: CPU over the SDK's own",
        goal: atMost(0.25),
        found: cpu,
        own: ms(ours, "cpu"),
      },
      beside: [
        ["SDK", ms(sdk, "cpu")],
        ["wall", `${ms(ours, "wall")} of ${ms(sdk, "wall")}`],
      ],
      ...{ composed: false, rivals: [] },
      ...{ notes: right ? [] : [`SDK: NOT the same request bodies: ${digests.size} different ones`], right },
    };
    const peak = share(ours);
    yield plainRow({
      ...{ title: "SendRawEmail of 7 MB: peak memory over the raw message", goal: atMost(1.3), found: peak },
      ...{ own: formatNumber(peak), beside: [["SDK", formatNumber(share(sdk))]] },
    });
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
