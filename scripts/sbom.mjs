// The bill of materials of what is packed: the tarball and its hash, the libraries built into it, and what is installed
// with it. It says nothing that changes from run to run. node scripts/sbom.mjs TARBALL > mimewright.cdx.json
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manifest, root } from "./consumer.mjs";
import { readNotices } from "./notices.mjs";
import { runtimeTree } from "./runtime-tree.mjs";

const refOf = ({ name, version }) => `${name}@${version}`;
const purlOf = ({ name, version }) => `pkg:npm/${name.replace("@", "%40")}@${version}`;

function component({ name, version, license, content }) {
  const hashes = content === undefined ? {} : { hashes: [{ alg: "SHA-512", content }] };
  const licenses = license === undefined ? {} : { licenses: [{ license: { id: license } }] };
  return { type: "library", name, version, ...licenses, ...hashes, purl: purlOf({ name, version }) };
}

// npm writes the hash in base64.
const hashOf = (integrity) => Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");

/** The bill of materials of a tarball, in the CycloneDX format. */
export function billOf(tarball) {
  const installed = runtimeTree();
  const builtIn = readNotices(join(root, "dist/NOTICES"));
  const own = { name: manifest.name, version: manifest.version, license: manifest.license };
  const content = createHash("sha512").update(readFileSync(tarball)).digest("hex");
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.5.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      component: {
        "bom-ref": refOf(own),
        ...component({ ...own, content }),
        description: manifest.description,
        components: builtIn.map((entry) => ({ "bom-ref": `${refOf(own)}/${refOf(entry)}`, ...component(entry) })),
      },
    },
    components: installed.map((entry) => ({
      ...{ "bom-ref": refOf(entry), scope: "required" },
      ...component({ ...entry, content: hashOf(entry.integrity) }),
    })),
    dependencies: [
      { ref: refOf(own), dependsOn: installed.filter(({ name }) => manifest.dependencies[name]).map(refOf) },
      ...installed.map((entry) => ({ ref: refOf(entry), dependsOn: entry.needs })),
    ],
  };
}

const [tarball] = process.argv.slice(2);
if (tarball !== undefined) process.stdout.write(`${JSON.stringify(billOf(tarball), null, 2)}\n`);
