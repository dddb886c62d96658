// What is asked of the packages that come along at run time, and of the bill of materials. node scripts/supply.mjs
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { counter, emptyFolder, manifest, pack, root } from "./consumer.mjs";
import { runtimeTree } from "./runtime-tree.mjs";
import { billOf } from "./sbom.mjs";

const PERMISSIVE = new Set(["MIT", "MIT-0", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "0BSD"]);
const HOOKS = ["preinstall", "install", "postinstall", "prepare", "prepublish"];

const none = (names, what) => {
  if (names.length > 0) throw new Error(`${what}: ${names.join(", ")}`);
};

/** The findings of `npm audit`; undefined where the registry answers no such question. */
function audit() {
  try {
    return JSON.parse(
      execFileSync("npm", ["audit", "--json", "--omit=dev", "--omit=peer"], {
        cwd: root,
        stdio: ["ignore", "pipe", "ignore"],
      }),
    );
  } catch (error) {
    const text = String(error.stdout ?? "");
    const answer = text.startsWith("{") ? JSON.parse(text) : {};
    return answer.vulnerabilities === undefined ? undefined : answer;
  }
}

const { check, end } = counter();
const tree = runtimeTree();
await check("at most four dependencies, each at one version", () => {
  const given = Object.entries(manifest.dependencies);
  none(
    given.slice(4).map(([name]) => name),
    "more than four",
  );
  none(
    given.filter(([, range]) => !/^\d+\.\d+\.\d+$/.test(range)).map(([name]) => name),
    "no exact version",
  );
});
await check(`${tree.length} packages at run time, none with a script of installation`, () => {
  none(
    tree.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name),
    "with a script",
  );
  none(
    HOOKS.filter((hook) => manifest.scripts[hook] !== undefined),
    "of our own",
  );
});
await check("each under a permissive licence, with a SHA-512", () => {
  none(
    tree.filter(({ license }) => !PERMISSIVE.has(license)).map(({ name, license }) => `${name} (${license})`),
    "licence",
  );
  none(
    tree.filter(({ integrity }) => !/^sha512-/.test(integrity ?? "")).map(({ name }) => name),
    "without a hash",
  );
});
await check("published with provenance, for everybody, for a range of Node", () => {
  const { access, provenance } = manifest.publishConfig ?? {};
  if (access !== "public" || provenance !== true) throw new Error("publishConfig: access public, provenance true");
  if (!/^>=\d+\.\d+/.test(manifest.engines?.node ?? "")) throw new Error("engines.node");
});
await check("a bill of materials that lists what is built in", () => {
  const folder = emptyFolder();
  try {
    const { path } = pack(folder);
    const bills = [billOf(path), billOf(path)];
    const [{ metadata, components }] = bills;
    if (JSON.stringify(bills[0]) !== JSON.stringify(bills[1])) throw new Error("it differs from run to run");
    if (metadata.component.components.length === 0) throw new Error("nothing is built in");
    if (components.length !== tree.length) throw new Error("not all that is installed");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
await check("no known vulnerability", () => {
  const answer = audit();
  if (answer === undefined) return console.log("  note: this registry answers no audit");
  none(Object.keys(answer.vulnerabilities), "npm audit");
});
end("supply chain");
