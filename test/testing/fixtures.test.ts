import { readdirSync, readFileSync } from "node:fs";
import { checkLimits, lintRaw, sesV1, toBytes } from "mimewright";
import { writeEml } from "mimewright/node";
import { emlDiff, loadEml, readEml } from "mimewright/testing";
import { describe, expect, it } from "vitest";
import { messages } from "../../fixtures/messages/all.ts";
import { mailparser } from "../readers/mailparser.ts";
import { postalMime } from "../readers/postal-mime.ts";

const folder = new URL("../../fixtures/messages/", import.meta.url);
const names = Object.keys(messages);

describe("fixtures/messages", () => {
  it("has a source, an .eml and a line in the README for each", () => {
    const files = readdirSync(folder);
    const readme = readFileSync(new URL("../README.md", folder), "utf8");
    expect(files.filter((file) => file.endsWith(".eml")).map((file) => file.slice(0, -4))).toEqual(names);
    for (const name of names) {
      expect(files).toContain(`${name}.ts`);
      expect(readme).toContain(`| [${name}](messages/${name}.ts) | `);
    }
  });
});

describe.each(Object.entries(messages))("fixtures/messages/%s", (name, m) => {
  const file = new URL(`${name}.eml`, folder);

  it("has the bytes that its source renders to", async () => {
    if (process.env.MIMEWRIGHT_UPDATE === "1") await writeEml(file, m, { seed: name });
    expect((await emlDiff(await loadEml(file), m)).report).toBe("");
    expect(Buffer.compare(readFileSync(file), toBytes(m, { seed: name }))).toBe(0);
  });

  it("has no issues", () => {
    expect([...m.issues, ...checkLimits(m, sesV1), ...lintRaw(new Uint8Array(readFileSync(file)), sesV1)]).toEqual([]);
  });

  it.each([
    ["postal-mime", postalMime],
    ["mailparser", mailparser],
  ] as const)("is read alike by %s", async (_, reader) => {
    const [own, other] = [await loadEml(file), await reader.read(new Uint8Array(readFileSync(file)))];
    expect(own.subject).toBe(other.subject);
    // Line ends, and the one of the last line, are the readers' own.
    const lines = (text = "") => text.replaceAll("\r\n", "\n").replace(/\n+$/, "");
    expect([lines(own.text), lines(own.html)]).toEqual([lines(other.text), lines(other.html)]);
    for (const field of ["from", "to", "replyTo"] as const) {
      expect(own[field].map((address) => ({ name: "", ...address }))).toEqual(other[field]);
    }
    const named = (files: readonly { readonly filename?: string | undefined }[]) =>
      files.filter(({ filename }) => filename !== undefined).map(({ filename }) => filename);
    expect(named(own.attachments)).toEqual(named(other.attachments));
  });

  it("reads the same from its source and from its file", async () => {
    const [one, other] = [await readEml(m), await loadEml(file)];
    expect(one.attachments).toEqual(other.attachments);
    expect(one.text).toBe(other.text);
  });
});
