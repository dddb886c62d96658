// A worker in a process of its own, for tests that end it: node worker-process.mjs <redis> <endpoint> <options as JSON>.
// Runs the built package, as users do.
import { mailWorker } from "mimewright/bullmq";
import { sesHttpClient } from "mimewright/ses";

const [connection, endpoint, options] = process.argv.slice(2);
const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
const client = sesHttpClient({ endpoint, region: "us-east-1", credentials });
const { isPoisoned, ...own } = JSON.parse(options);
// A content that ends whoever opens it.
const resolve = isPoisoned ? () => process.kill(process.pid, "SIGKILL") : undefined;
const worker = await mailWorker({ connection, client, resolve, ...own });

worker.events.on(({ type, id, code, result }) => {
  if (process.connected) process.send({ type, id, code, result });
});
// For as long as somebody asks: an event loop that does not turn.
process.on("message", (ms) => {
  const end = performance.now() + ms;
  while (performance.now() < end);
});
process.on("disconnect", () => process.exit(1));
process.on("SIGTERM", async () => {
  const { unsaved } = await worker.close({ timeout: 5_000 });
  process.exit(unsaved.length === 0 ? 0 : 1);
});
process.send({ type: "ready" });
