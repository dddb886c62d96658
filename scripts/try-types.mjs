// The packed declarations in a project of somebody else's: every door, under each way to resolve modules, with the
// declarations of all libraries checked. node scripts/try-types.mjs
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { counter, doors, install, pinned, run, withConsumer } from "./consumer.mjs";

const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
// The oldest that knows arrays by the kind of memory behind them: `Uint8Array<ArrayBuffer>`.
const OLDEST = "oldest-typescript@npm:typescript@5.7.3";
const PEERS = ["@aws-sdk/client-ses", "@aws-sdk/client-sesv2", "@types/nodemailer", "nodemailer", "vitest", "vite"];
// The declarations that are in use; from version 10 on nodemailer has its own.
const NODEMAILERS = [
  ["nodemailer@6.10.1", "@types/nodemailer@6.4.8"],
  ["nodemailer@6.10.1", "@types/nodemailer@6.4.24"],
  ["nodemailer@7.0.13", "@types/nodemailer@7.0.12"],
  ["nodemailer@8.0.11", "@types/nodemailer@8.0.2"],
  ["nodemailer@10.6.0"],
];
const RESOLUTIONS = [
  ["nodenext", "nodenext"],
  ["node16", "node16"],
  ["esnext", "bundler"],
];

const strict = {
  ...{ target: "es2022", strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  ...{ skipLibCheck: false, noEmit: true },
};

const { check, end } = counter();
await withConsumer({ files: "types", others: [pinned("@types/node")] }, async (folder) => {
  const compile = (files, options, compiler = tsc) => {
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
    run(process.execPath, [compiler, "-p", folder], { cwd: folder });
  };
  const everywhere = async (what, files, options) => {
    for (const [module, moduleResolution] of RESOLUTIONS) {
      await check(`${what}, ${moduleResolution}`, () => compile(files, { module, moduleResolution, ...options }));
    }
  };
  const lib = ["es2022", "esnext.disposable"];
  // Their declarations speak of a package by their nature.
  const bare = doors.filter((door) => !/\/(vitest|nodemailer)$/.test(door));
  writeFileSync(join(folder, "bare.ts"), bare.map((door) => `import "${door}";`).join("\n"));
  await everywhere(`${bare.length} doors without any peer`, ["plain.ts", "bare.ts"], { lib, types: ["node"] });
  await check("in a project without Node", () =>
    compile(["edge.ts"], {
      ...{ module: "esnext", moduleResolution: "bundler", lib: [...lib, "dom", "dom.iterable"], types: [] },
    }),
  );
  install(folder, [OLDEST]);
  await check("with the oldest TypeScript", () => {
    const options = { module: "nodenext", moduleResolution: "nodenext", lib, types: ["node"] };
    compile(["plain.ts", "bare.ts"], options, join(folder, "node_modules/oldest-typescript/bin/tsc"));
  });
  install(folder, PEERS.map(pinned));
  await everywhere("with the peers", ["plain.ts", "peers.ts"], { lib, types: ["node"] });
  for (const packages of NODEMAILERS) {
    if (packages.length === 1)
      run("npm", ["uninstall", "--silent", "--no-package-lock", "@types/nodemailer"], { cwd: folder });
    install(folder, packages);
    await everywhere(`with ${packages.at(-1)}`, ["nodemailer.ts"], { lib, types: ["node"] });
  }
});
end("types");
