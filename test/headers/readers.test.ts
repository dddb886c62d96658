// Fields as independent software reads them: postal-mime, mailparser, CPython's email package.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { simpleParser } from "mailparser";
import PostalMime from "postal-mime";
import { describe, expect, it } from "vitest";
import type { Mailbox } from "../../src/mail/headers/address.ts";
import { type Field, formatField } from "../../src/mail/headers/field.ts";
import { utf8 } from "../../src/mail/octets/charset.ts";
import { hostileText, wordsOf } from "./support.ts";

interface Case {
  readonly subject: string;
  readonly mailboxes: readonly Mailbox[];
  readonly group: string;
  readonly filename: string;
  readonly raw: string;
}

const name = hostileText.filter((text) => text !== "");
// Readers strip blanks at the edges of a file name; postal-mime decodes a word in it a second time.
const filename = name.map((text) => `f${text.replaceAll("=?", "")}.txt`);

const cases: readonly Case[] = fc
  .sample(
    fc.record({ subject: hostileText, names: fc.array(name, { minLength: 1, maxLength: 4 }), group: name, filename }),
    {
      numRuns: 150,
      seed: 2047,
    },
  )
  .map(({ names, ...rest }) => {
    const mailboxes = names.map((text, i) => ({ name: text, address: `a${i}@example.org` }));
    return { ...rest, mailboxes, raw: write({ ...rest, mailboxes }) };
  });

function write({ subject, mailboxes, group, filename }: Omit<Case, "raw">): string {
  const fields: readonly Field[] = [
    { name: "Subject", value: { kind: "text", text: subject } },
    { name: "To", value: { kind: "addresses", addresses: mailboxes } },
    {
      name: "Cc",
      value: { kind: "addresses", addresses: [{ group, members: mailboxes }, { address: "z@example.org" }] },
    },
    {
      name: "Content-Disposition",
      value: { kind: "parameterized", value: "attachment", parameters: [["filename", filename]] },
    },
  ];
  return `${fields.map((field) => formatField(field, { charset: utf8, legacyNames: false })).join("")}\r\nx`;
}

describe("postal-mime reads back exactly", () => {
  it("subjects, names, groups and file names", async () => {
    for (const { raw, subject, mailboxes, group, filename: file } of cases) {
      const read = await PostalMime.parse(raw);
      expect(read.subject ?? "").toBe(subject);
      expect(read.to?.map(({ name, address }) => ({ name, address }))).toEqual(mailboxes);
      expect(read.cc?.[0]?.name).toBe(group);
      expect(read.attachments[0]?.filename).toBe(file);
    }
  });
});

describe("mailparser reads back exactly", () => {
  it("subjects, names, groups and file names", async () => {
    for (const { raw, subject, mailboxes, group, filename: file } of cases) {
      const read = await simpleParser(raw);
      const [to, cc] = [read.to, read.cc].map((field) => (Array.isArray(field) ? field[0] : field)?.value);
      expect(read.subject ?? "").toBe(subject);
      expect(to?.map(({ name, address }) => ({ name, address }))).toEqual(mailboxes);
      expect(cc?.[0]?.name).toBe(group);
      expect(read.attachments[0]?.filename).toBe(file);
    }
  });
});

interface PythonField {
  readonly text: string;
  readonly defects: readonly string[];
  readonly groups?: readonly [string | null, readonly [string, string][]][];
  readonly params?: Readonly<Record<string, string>>;
}

function readWithPython(): readonly Readonly<Record<string, PythonField>>[] | undefined {
  const script = fileURLToPath(new URL("readers.py", import.meta.url));
  const input = JSON.stringify(cases.map(({ raw }) => raw));
  const { status, stdout, error } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 1 << 28 });
  if (error === undefined && status === 0) return JSON.parse(stdout);
  console.warn("python3 is not there: fields were read by postal-mime and mailparser only");
  return undefined;
}

const python = readWithPython();
const squeeze = (text: string): string => text.replace(/[\s\u0085]/g, "");

describe("CPython's email package", () => {
  it("reads subjects and file names exactly, every field without a defect", () => {
    for (const [i, read] of (python ?? []).entries()) {
      expect(read.Subject?.text).toBe(cases[i]?.subject);
      expect(read["Content-Disposition"]?.params?.filename).toBe(cases[i]?.filename);
      for (const field of Object.values(read)) expect(field.defects).toEqual([]);
    }
    expect(cases.length).toBe(150);
  });

  it("reads names exactly but for blanks: it adds one between words and squeezes wider ones", () => {
    for (const [i, read] of (python ?? []).entries()) {
      const boxes = read.To?.groups?.flatMap(([, members]) => members) ?? [];
      const expected = cases[i]?.mailboxes ?? [];
      expect(boxes.map(([, address]) => address)).toEqual(expected.map(({ address }) => address));
      expect(boxes.map(([text]) => squeeze(text))).toEqual(expected.map(({ name = "" }) => squeeze(name)));
      expect(squeeze(read.Cc?.groups?.[0]?.[0] ?? "")).toBe(squeeze(cases[i]?.group ?? ""));
    }
    expect(cases.some(({ raw }) => wordsOf(raw).length > 0)).toBe(true);
  });
});
