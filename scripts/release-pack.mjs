// What a release consists of, in out/release: the tarball, its bill of materials, and their hashes. npm run build first.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pack, root } from "./consumer.mjs";
import { billOf } from "./sbom.mjs";

const folder = join(root, "out/release");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { path } = pack(folder);
const bill = path.replace(/\.tgz$/, ".cdx.json");
writeFileSync(bill, `${JSON.stringify(billOf(path), null, 2)}\n`);

const sums = [path, bill].map((file) => {
  const hash = createHash("sha512").update(readFileSync(file)).digest("hex");
  return `${hash}  ${basename(file)}\n`;
});
writeFileSync(join(folder, "SHA512SUMS"), sums.join(""));
console.log(sums.join(""));
