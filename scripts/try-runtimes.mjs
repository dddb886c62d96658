// The packed tarball on other runtimes: each composes the same message to the same bytes, and sends it to the embedded
// endpoint, which runs in this Node. node scripts/try-runtimes.mjs

import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { counter, doors, pinned, withConsumer } from "./consumer.mjs";
import { hardened } from "./hardened.mjs";
import { installRuntimes, versionOf } from "./runtimes.mjs";
import { askWorker } from "./workerd.mjs";

const loadable = doors.filter((door) => !door.endsWith("/vitest"));
const { check, end } = counter();
const execute = promisify(execFile);
const others = ["@aws-sdk/client-ses", "@aws-sdk/client-sesv2"].map(pinned);

// Deno asks for everything: the network to reach the endpoint, its address for the SDK, files for the SDK's settings.
const DENO = ["run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"];

await withConsumer({ files: "consumer", others }, async (folder) => {
  const { node22, node24, bun, deno, workerd } = installRuntimes();
  const { startLocalSes } = await import(
    pathToFileURL(createRequire(join(folder, "run.mjs")).resolve("mimewright/local")).href
  );
  const endpoint = await startLocalSes();
  // The endpoint is in this process: nothing here may block it.
  const run = async (command, ...args) =>
    (await execute(command, args, { cwd: folder, timeout: 60_000 })).stdout.trim();
  const expected = JSON.parse(await run(process.execPath, "run.mjs"));

  /** The bytes are Node's, and both APIs took them. */
  const compare = async (text) => {
    const { sha256, sent } = JSON.parse(text);
    if (sha256 !== undefined && sha256 !== expected.sha256) throw new Error(`${sha256} is not ${expected.sha256}`);
    for (const [api, id] of Object.entries(sent)) {
      if (!(await endpoint.inbox.list()).some((entry) => entry.id === id)) throw new Error(`${api}: ${id} never came`);
    }
  };

  writeFileSync(join(folder, "doors.mjs"), loadable.map((door) => `import "${door}";`).join("\n"));
  writeFileSync(join(folder, "doors.cjs"), loadable.map((door) => `require("${door}");`).join("\n"));
  const runtimes = [
    [process.execPath, []],
    [node22, []],
    [node24, []],
    [bun, ["run"]],
    [deno, DENO],
  ];
  for (const [path, flags] of runtimes) {
    const name = `${path === bun ? "bun " : path === deno ? "" : "node "}${versionOf(path)}`;
    await check(`${name}: doors by import`, () => run(path, ...flags, "doors.mjs"));
    if (path !== deno) await check(`${name}: doors by require()`, () => run(path, ...flags, "doors.cjs"));
    await check(`${name}: one state behind all doors`, () => run(path, ...flags, "shared.mjs"));
    await check(`${name}: the same bytes, sent`, async () =>
      compare(await run(path, ...flags, "run.mjs", endpoint.url)),
    );
    await check(`${name}: by the SDK`, async () => compare(await run(path, ...flags, "sdk.mjs", endpoint.url)));
  }
  for (const path of [node22, node24]) {
    for (const [mode, flags] of hardened(versionOf(path), folder)) {
      await check(`node ${versionOf(path)}: ${mode}`, async () =>
        compare(await run(path, ...flags, "run.mjs", endpoint.url)),
      );
    }
  }
  await check(`${versionOf(workerd)}: the same bytes, sent`, async () =>
    compare(await askWorker(workerd, folder, { endpoint: endpoint.url })),
  );
  await endpoint.close();
});
end("runtimes");
