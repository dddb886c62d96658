// Compiles assembly/ into the module that the package carries: node scripts/build-wasm.mjs [--check]
// With --check nothing is written; it fails where the module is not what the sources give.
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const home = fileURLToPath(new URL("../", import.meta.url));
const target = new URL("../src/mail/octets/kernel/wasm-module.ts", import.meta.url);

// Browsers of some years ago compile no larger module at once on their main thread.
const LARGEST = 4096;

const OPTIONS = [
  "assembly/index.ts",
  ...["--outFile", "module.wasm"],
  "-O3",
  "--noAssert",
  // Nothing is allocated: the module is its functions and four pages of memory, never more.
  ...["--runtime", "stub"],
  ...["--enable", "simd"],
  ...["--initialMemory", "4", "--maximumMemory", "4"],
];

const built = await compile();
if (built.length > LARGEST) throw new RangeError(`the module has ${built.length} bytes, ${LARGEST} are allowed`);
const text = `// Made by scripts/build-wasm.mjs from assembly/: not to be edited.

/** The WebAssembly module in hexadecimal: twice its length, yet what it compresses to is a quarter less than base64. */
export const wasmModule: string =
  "${Buffer.from(built).toString("hex")}";
`;
if (!process.argv.includes("--check")) {
  await writeFile(target, text);
  console.log(`${built.length} bytes`);
} else if ((await readFile(target, "utf8")) !== text) {
  console.error("wasm-module.ts is not what assembly/ gives: run npm run build:wasm");
  process.exitCode = 1;
} else console.log("wasm-module.ts is what assembly/ gives");

async function compile() {
  let module;
  const { error, stderr } = await asc.main([...OPTIONS, "--baseDir", home], {
    writeFile(_name, contents) {
      module = contents;
    },
  });
  const messages = stderr.toString();
  if (messages !== "") console.error(messages);
  if (error !== null) throw error;
  if (!(module instanceof Uint8Array)) throw new TypeError("the compiler gave no module");
  return module;
}
