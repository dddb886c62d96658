// Programs side by side, as many at a time as there are cores, each with its output in one piece.
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { root } from "./consumer.mjs";

/**
 * Runs steps in their order, the next one as soon as a core is free.
 *
 * @param {readonly { name: string, command: string, env?: Record<string, string> }[]} steps
 * @returns {Promise<readonly { name: string, passed: boolean }[]>} in the order of the steps
 */
export async function sideBySide(steps, cores = Math.max(2, availableParallelism())) {
  const results = [];
  let next = 0;
  const lane = async () => {
    while (next < steps.length) {
      const at = next++;
      results[at] = await runStep(steps[at]);
    }
  };
  await Promise.all(Array.from({ length: cores }, lane));
  return results;
}

async function runStep({ name, command, env = {} }) {
  const start = performance.now();
  const { code, output } = await ended(command, { ...process.env, ...env });
  const passed = code === 0;
  const seconds = ((performance.now() - start) / 1_000).toFixed(0);
  process.stdout.write(`\n== ${name}\n${output}${passed ? "ok" : "FAILED"}: ${name} (${seconds} s)\n`);
  return { name, passed };
}

function ended(command, env) {
  const child = spawn(command, { cwd: root, env, shell: true, stdio: ["ignore", "pipe", "pipe"] });
  const chunks = [];
  child.stdout.on("data", (chunk) => chunks.push(chunk));
  child.stderr.on("data", (chunk) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
