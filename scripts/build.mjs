// Builds dist: node scripts/build.mjs. One module per public door and the executable, with what they share in chunks/,
// and one rolled-up declaration file per door. Names of functions stay, so a stack trace reads as the source does; comments
// stay in the declarations, where editors show them.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import other from "mime/types/other.js";
import standard from "mime/types/standard.js";
import { rolldown } from "rolldown";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import ts from "typescript";
import { asTemplate, tableModule } from "./media-types.mjs";
import { writeNotices } from "./notices.mjs";
import { markPure } from "./pure.mjs";
import { shorten } from "./shorten.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const declarations = join(root, ".build/declarations");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The sources behind `exports`, by name: `index`, `ses`, …. */
const doors = Object.fromEntries(
  Object.values(manifest.exports)
    .filter((target) => typeof target === "object")
    .map((target) => target.default.slice("./dist/".length, -".js".length))
    .map((name) => [name, join(root, `src/${name}.ts`)]),
);

// What people install beside the package stays an import. Anything else that is imported by name is built in: small
// libraries at the version in the lock file, with their licences in dist/NOTICES.
const installed = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies)];
const isInstalled = (id) => installed.some((name) => id === name || id.startsWith(`${name}/`));

const mimeEntries = [...Object.entries(standard), ...Object.entries(other)];

const readable = { format: "esm", comments: { annotation: true, legal: false, jsdoc: false }, minify: false };

// Everything that `mimewright` loads is one module: each file more costs an importing process about a millisecond.
async function modulesOf(door) {
  const bundle = await rolldown({ input: doors[door], external: isInstalled, platform: "neutral", tsconfig: false });
  const { output } = await bundle.generate(readable);
  await bundle.close();
  return new Set(output.flatMap((chunk) => (chunk.type === "chunk" ? chunk.moduleIds : [])));
}

// Puts the short form of the tables of `mime` in the place of the module that reads them.
const mediaTypes = {
  name: "media-types",
  load: (id) => (/[\\/]message[\\/]media-type-table\.ts$/.test(id) ? tableModule(mimeEntries) : null),
};

// Sources that are imported for what they do. `sideEffects` of package.json names built files, and by it all sources
// would do nothing: what registers the matchers would be left out of their door.
const registers = /[\\/]src[\\/](charset|mail[\\/]charset|vitest|testing[\\/]vitest)[./\\]/;

// The inbox page's script is for a browser: one module, which the endpoint serves.
async function buildPage() {
  const bundle = await rolldown({
    input: { main: join(root, "src/local/pages/client/main.ts") },
    platform: "browser",
    tsconfig: false,
  });
  const { output } = await bundle.generate({ ...readable, minify: true });
  await bundle.close();
  return output;
}

// Puts that script in the place of its module in the sources.
const pageScript = (code) => ({
  name: "page-script",
  load: (id) =>
    /[\\/]pages[\\/]client-script\.ts$/.test(id) ? `export const CLIENT_SCRIPT = ${asTemplate(code)};` : null,
});

async function buildScripts(page) {
  const core = await modulesOf("index");
  const bundle = await rolldown({
    input: { ...doors, "cli/bin": join(root, "src/cli/bin.ts") },
    external: isInstalled,
    platform: "node",
    tsconfig: false,
    treeshake: { moduleSideEffects: (id) => registers.test(id) || undefined },
    plugins: [
      mediaTypes,
      pageScript(page.code),
      shorten,
      markPure(manifest.sideEffects.map((path) => path.slice("./dist/".length))),
    ],
  });
  const { output } = await bundle.write({
    ...readable,
    dir: dist,
    chunkFileNames: "chunks/[name].js",
    minifyInternalExports: false,
    codeSplitting: {
      groups: [
        { name: "core", test: (id) => core.has(id), priority: 2 },
        // Named, because importing it registers something.
        { name: "legacy-charsets", test: /[\\/]src[\\/](mail[\\/])?charset[./\\]/, priority: 1 },
      ],
    },
  });
  await bundle.close();
  return output.filter(({ type }) => type === "chunk");
}

// How modules of libraries are found while declarations are rolled up: by `exports`.
const asBundlers = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };

async function buildDeclarations() {
  const tsc = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], { stdio: "inherit" });
  const bundle = await rollup({
    input: Object.fromEntries(Object.keys(doors).map((name) => [name, join(declarations, `${name}.d.ts`)])),
    external: (id) => !id.startsWith(".") && !isAbsolute(id),
    plugins: [dts({ compilerOptions: asBundlers })],
    // A type that entry points share is in types/ and needs no name of its own to be found there.
    onwarn: (warning, report) => warning.message.includes("private shared type exports") || report(warning),
  });
  await bundle.write({
    dir: dist,
    format: "es",
    entryFileNames: "[name].d.ts",
    chunkFileNames: ({ name }) => `types/${name.replace(/\.d$/, "")}.d.ts`,
    minifyInternalExports: false,
    plugins: [
      { name: "indent", renderChunk: (code) => code.replace(/^(?: {4})+/gm, (by) => "\t".repeat(by.length / 4)) },
    ],
  });
  await bundle.close();
}

rmSync(dist, { recursive: true, force: true });
rmSync(declarations, { recursive: true, force: true });
await buildDeclarations();
const page = await buildPage();
const chunks = [...(await buildScripts(page[0])), ...page];
writeNotices(join(dist, "NOTICES"), [
  ...chunks.flatMap((chunk) => chunk.moduleIds),
  fileURLToPath(import.meta.resolve("mime/types/standard.js")),
]);
