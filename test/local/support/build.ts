// Compiles the sources file by file, without looking at types: what runs in a process of its own, and the page's
// script, have to be JavaScript. One build for each state of the sources, shared by all who ask.
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";
import ts from "typescript";

const root = new URL("../../../", import.meta.url).pathname;
const sources = join(root, "src");
const builds = join(root, ".build");

/** Gives the folder that holds the compiled sources, `local.js` among them. */
export async function build(): Promise<string> {
  const files = (await readdir(sources, { recursive: true })).filter((name) => name.endsWith(".ts")).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(sources, name), "utf8")));
  const hash = createHash("sha256")
    .update(JSON.stringify([files, texts]))
    .digest("hex")
    .slice(0, 16);
  const folder = join(builds, `test-${hash}`);
  if (await isThere(folder)) return folder;
  await mkdir(builds, { recursive: true });
  await removeOld();
  const working = await mkdtemp(join(builds, "working-"));
  for (const [index, name] of files.entries()) await compile(join(working, name), texts[index] ?? "");
  await writeFile(join(working, "local/pages/client-script.js"), await clientScript());
  await writeFile(join(working, "package.json"), '{"type":"module"}\n');
  await publish(working, folder);
  return folder;
}

// As the build of the package does it.
async function clientScript(): Promise<string> {
  const bundle = await rolldown({ input: join(sources, "local/pages/client/main.ts"), platform: "browser" });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  return `export const CLIENT_SCRIPT = ${JSON.stringify(output[0].code)};\n`;
}

const DAY = 24 * 60 * 60 * 1_000;

// Builds of sources that were changed since.
async function removeOld(): Promise<void> {
  for (const name of await readdir(builds)) {
    if (!/^(test|working)-/.test(name)) continue;
    const { mtimeMs } = await stat(join(builds, name)).catch(() => ({ mtimeMs: Date.now() }));
    if (mtimeMs < Date.now() - DAY) await rm(join(builds, name), { recursive: true, force: true });
  }
}

async function isThere(folder: string): Promise<boolean> {
  return (await readdir(dirname(folder)).catch((): string[] => [])).includes(relative(dirname(folder), folder));
}

async function compile(path: string, text: string): Promise<void> {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path.replace(/\.ts$/, ".js"), outputText);
}

// Whoever is first wins; the others throw theirs away.
async function publish(working: string, folder: string): Promise<void> {
  try {
    await rename(working, folder);
  } catch {
    if (!(await isThere(folder))) await cp(working, folder, { recursive: true });
    await rm(working, { recursive: true, force: true });
  }
}
