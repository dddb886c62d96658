// Runs a worker in workerd and asks it once.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { rolldown } from "rolldown";

/** Bundles `worker.mjs` with the installed package, as a deployment does. */
async function bundleWorker(folder) {
  const bundle = await rolldown({
    input: join(folder, "worker.mjs"),
    platform: "neutral",
    // What is loaded in other runtimes only.
    external: /^node:|^@aws-sdk\//,
    resolve: { mainFields: ["module", "main"], conditionNames: ["workerd", "worker", "import", "default"] },
  });
  await bundle.write({ file: join(folder, "bundle.mjs"), format: "esm", codeSplitting: false });
  await bundle.close();
}

/** The worker's answer to a request with these parameters. @throws when it is no success */
export async function askWorker(binary, folder, parameters) {
  await bundleWorker(folder);
  const args = ["serve", "workerd.capnp", "--control-fd=3"];
  const child = spawn(binary, args, { cwd: folder, stdio: ["ignore", "inherit", "inherit", "pipe"] });
  const exited = once(child, "exit");
  try {
    const port = await Promise.race([
      listening(child.stdio[3]),
      exited.then(([code]) => Promise.reject(new Error(`workerd ended with ${code}`))),
    ]);
    const response = await fetch(`http://127.0.0.1:${port}/?${new URLSearchParams(parameters)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(text);
    return text;
  } finally {
    child.kill();
    await exited;
  }
}

// The control channel says a JSON object a line, the port among them.
async function listening(channel) {
  let text = "";
  for await (const chunk of channel) {
    text += chunk;
    const port = /"event":"listen".*"port":(\d+)/.exec(text)?.[1];
    if (port !== undefined) return port;
  }
  throw new Error("workerd did not say where it listens");
}
