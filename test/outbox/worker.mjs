// A process with an outbox, over the built package: takes messages in, sends them, and can be killed at any moment.
// What it is to do comes as JSON in its first argument; what it did is told line by line.
import { message } from "mimewright";
import { openOutbox } from "mimewright/outbox";
import { sesHttpClient, sesSender } from "mimewright/ses";

const {
  path,
  endpoint,
  from,
  to,
  text = "Hello.\n",
  user,
  outbox: options,
  sender: sending,
} = JSON.parse(process.argv[2]);
const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
const client = sesHttpClient({ endpoint, region: "us-east-1", credentials });
const sender = sesSender({ client, ...sending });
const mailOf = (index) => message({ from: "ann@example.com", to: "bob@example.com", subject: `m${index}`, text });

// Rights bind everybody but root: give them up once everything is loaded.
if (user !== undefined) process.seteuid(user);

try {
  const outbox = await openOutbox({ path, sender, ...options });
  tell({ type: "open", counts: await outbox.counts() });
  process.once("SIGTERM", async () => {
    const start = performance.now();
    tell({ type: "closed", counts: await outbox.close({ timeout: 500 }), took: performance.now() - start });
    await sender.close({ timeout: 0 });
  });
  const STEP = 20;
  for (let start = from; start < to; start += STEP) {
    const indexes = Array.from({ length: Math.min(STEP, to - start) }, (_, at) => start + at);
    await Promise.all(
      indexes.map(async (index) => {
        try {
          const { replayed } = await outbox.enqueue(mailOf(index), { key: `m${index}`, tags: { t: `m${index}` } });
          tell({ type: "stored", index, replayed });
        } catch (error) {
          tell({ type: "refused", index, code: error.code });
        }
      }),
    );
  }
  tell({ type: "filled", counts: await outbox.counts() });
  for (;;) {
    const { queued, inflight } = await outbox.counts();
    if (queued + inflight === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  tell({ type: "done", counts: await outbox.close() });
  await sender.close();
} catch (error) {
  tell({ type: "failed", code: error.code, message: error.message });
}
