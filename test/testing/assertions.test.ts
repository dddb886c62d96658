import { AssertionError } from "node:assert";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compose, message, sesV1, smtp, toBytes } from "mimewright";
import { file } from "mimewright/node";
import {
  assertAddressedTo,
  assertAttachment,
  assertFitsLimits,
  assertHeader,
  assertLink,
  assertMatchesEml,
  assertMatchesEmlInline,
  assertNoIssues,
  assertPart,
  assertSubject,
  matchers,
  readEml,
  type TextMatch,
} from "mimewright/testing";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const base = compose({ from: "Ann <ann@example.com>", to: "Zoë <zoe@example.org>", subject: "Welcome, Zoë" });
const m = base
  .cc("carl@example.com")
  .bcc("eve@example.com")
  .header("X-Campaign", "Grüße aus Köln")
  .text("Dear Zoë,\n\nsee https://example.com/terms?a=1. Bye\n")
  .html('<p>Dear Zoë</p><a href="https://example.com/start?a=1&amp;b=2">Start</a><!-- <a href="https://no"> -->')
  .attach({ filename: "terms.txt", content: "Terms\n" })
  .build();

/** The message that an assertion throws; undefined when it holds. */
function told(assertion: () => void): string | undefined {
  try {
    assertion();
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(AssertionError);
    return error instanceof AssertionError ? error.message : "";
  }
}

describe("assertSubject", () => {
  it("takes a text, a pattern or an asymmetric matcher", () => {
    expect(told(() => assertSubject(m, "Welcome, Zoë"))).toBeUndefined();
    const global = /Zoë/g;
    for (let turn = 0; turn < 3; turn++) expect(told(() => assertSubject(m, global))).toBeUndefined();
    expect(told(() => assertSubject(m, expect.stringContaining("Welcome")))).toBeUndefined();
  });

  it("says what came instead", () => {
    expect(told(() => assertSubject(m, "Welcome, Zoe"))).toBe(
      "The subject is not the one that is wanted.\n- Welcome, Zoe\n+ Welcome, Zoë",
    );
    expect(told(() => assertSubject("From: a@example.com\n\n", /x/))).toBe(
      "The subject is not the one that is wanted.\n- /x/\n  (there is none)",
    );
  });
});

describe("assertAddressedTo", () => {
  it("looks in To, Cc and the envelope", () => {
    for (const one of ["zoe@example.org", "zoe@EXAMPLE.org", "Zoë <zoe@example.org>", /^Zoë/, "eve@example.com"]) {
      expect(told(() => assertAddressedTo(m, one))).toBeUndefined();
    }
    const all = [{ name: /^Z/, address: "zoe@example.org" }, { address: /^carl@/ }];
    expect(told(() => assertAddressedTo(m, all))).toBeUndefined();
    expect(told(() => assertAddressedTo(m, "eve@example.com", { field: "bcc" }))).toBeUndefined();
  });

  it("says who gets the message instead", () => {
    const nobody = [{ name: "Zoe", address: "zoe@example.org" }, "zoe@example.org", "Zoe@example.org"];
    expect(told(() => assertAddressedTo(m, nobody))).toBe(
      [
        "The message is not addressed to Zoe <zoe@example.org>, Zoe@example.org. It goes to:",
        "  to: Zoë <zoe@example.org>",
        "  cc: carl@example.com",
        "  bcc: eve@example.com",
      ].join("\n"),
    );
    expect(told(() => assertAddressedTo(m, "zoe@example.org", { field: "cc" }))).toContain("zoe@example.org (cc). It");
    expect(told(() => assertAddressedTo(toBytes(m), "eve@example.com"))).toContain("not addressed to eve@example.com");
  });
});

describe("assertHeader", () => {
  it("compares decoded values, names without case", () => {
    expect(told(() => assertHeader(m, "x-campaign", "Grüße aus Köln"))).toBeUndefined();
    expect(told(() => assertHeader(m, "MIME-Version"))).toBeUndefined();
  });

  it("says what stands there", () => {
    expect(told(() => assertHeader(m, "X-Campaign", "may"))).toBe(
      "X-Campaign has not the value that is wanted.\n- may\n+ Grüße aus Köln",
    );
    expect(told(() => assertHeader("A: 1\nB: 2\n\n", "C"))).toBe("There is no field C. The fields: A, B.");
  });
});

describe("assertPart", () => {
  it("finds a part by its type and what is wanted of it", () => {
    expect(told(() => assertPart(m, "text/html"))).toBeUndefined();
    expect(
      told(() => assertPart(m, /^text\/plain$/, { text: "Dear Zoë", parameters: { charset: "UTF-8" } })),
    ).toBeUndefined();
    expect(
      told(() => assertPart(m, "text/plain", { filename: "terms.txt", disposition: "attachment" })),
    ).toBeUndefined();
  });

  it("shows the parts there are", () => {
    expect(told(() => assertPart(m, "text/calendar"))).toBe(
      [
        'There is no part of type "text/calendar". The parts:',
        "  multipart/mixed",
        "    multipart/alternative",
        "      text/plain, 54 bytes",
        "      text/html, 103 bytes",
        '    text/plain "terms.txt", 7 bytes',
      ].join("\n"),
    );
    expect(told(() => assertPart(m, "text/plain", { text: "Hi" }))).toContain("(2 looked at):\n  multipart/mixed");
  });

  it("shows what is wrong with the only one", () => {
    const html = base.html("<p>Hi</p>").build();
    expect(told(() => assertPart(html, "text/html", { text: "Dear", cid: "page" }))).toBe(
      [
        "The part text/html has not what is wanted.",
        "cid:",
        '- "page"',
        "+ (none)",
        "text:",
        '- "Dear"',
        "  <p>Hi</p>",
      ].join("\n"),
    );
  });
});

describe("assertAttachment", () => {
  it("finds a file by its name and what is wanted of it", () => {
    const content = new TextEncoder().encode("Terms\r\n");
    const sha256 = "5D5A2D8BAB3A4D8E59CC2CF2E3D8DB3AFF2F8E1AF8E9B2A5E6A9F3E7D5A9F4C1";
    expect(told(() => assertAttachment(m, "terms.txt", { type: "text/plain", size: 7, content }))).toBeUndefined();
    expect(told(() => assertAttachment(m, /terms/, { content: "Terms\n", disposition: "attachment" }))).toBeUndefined();
    expect(told(() => assertAttachment(m, "terms.txt", { sha256 }))).toContain(`sha256:\n- "${sha256.toLowerCase()}"`);
  });

  it("says what the file is, or which files there are", () => {
    expect(told(() => assertAttachment(m, "terms.txt", { type: "application/pdf", size: 1, content: "Other" }))).toBe(
      [
        'The attachment "terms.txt" is not the one that is wanted.',
        "type:",
        '- "application/pdf"',
        '+ "text/plain"',
        "size:",
        "- 1 byte",
        "+ 7 bytes",
        "content:",
        '- "Other"',
        '+ "Terms\\n"',
      ].join("\n"),
    );
    expect(told(() => assertAttachment(m, "terms.txt", { content: new Uint8Array([1]) }))).toMatch(
      /content:\n- 1 byte, sha256 4bf5122f3445…\n\+ 7 bytes, sha256 [0-9a-f]{12}…$/,
    );
    expect(told(() => assertAttachment(m, "terms.pdf"))).toMatch(
      /^There is no attachment "terms\.pdf"\. The attachments:\n {2}"terms\.txt", text\/plain, 7 bytes, sha256 [0-9a-f]{12}…$/,
    );
    expect(told(() => assertAttachment(base.text("x").build(), "a"))).toContain("The attachments:\n  none");
  });
});

describe("assertLink", () => {
  it("reads anchors as a browser does, and URLs in the text", () => {
    expect(told(() => assertLink(m, "https://example.com/start?a=1&b=2"))).toBeUndefined();
    expect(told(() => assertLink(m, "https://example.com/terms?a=1"))).toBeUndefined();
  });

  it("lists the links there are, and no comment", () => {
    expect(told(() => assertLink(m, "https://no"))).toBe(
      [
        'There is no link "https://no". The links:',
        "  https://example.com/start?a=1&b=2",
        "  https://example.com/terms?a=1",
      ].join("\n"),
    );
  });
});

describe("what is wanted", () => {
  const empty = base.text("x").build();

  it.each<[string, (wanted: TextMatch) => unknown]>([
    ["subject", (wanted) => matchers.toHaveSubject(empty, wanted)],
    ["value", (wanted) => matchers.toHaveHeader(empty, "X-A", wanted)],
    ["type", (wanted) => matchers.toHavePart(empty, wanted)],
    ["filename", (wanted) => matchers.toHaveAttachment(empty, wanted)],
    ["url", (wanted) => matchers.toHaveLink(empty, wanted)],
  ])("is a text, a pattern or a matcher as %s: anything else would hold under .not", (path, run) => {
    for (const wanted of [5, null, {}, { filename: "x" }, ["x"]]) {
      expect(() => Reflect.apply(run, undefined, [wanted])).toThrow(
        expect.objectContaining({ code: "input.option", path: [path] }),
      );
    }
    expect(() => run(expect.stringContaining("x"))).not.toThrow();
  });
});

describe("assertFitsLimits", () => {
  const many = message({ from: "a@example.com", to: Array.from({ length: 51 }, (_, at) => `u${at}@example.com`) });

  it("tells what is over, of a message and of bytes", () => {
    expect(told(() => assertFitsLimits(m, sesV1))).toBeUndefined();
    expect(told(() => assertFitsLimits(toBytes(m), sesV1))).toBeUndefined();
    const own = told(() => assertFitsLimits(many, sesV1));
    expect(own).toMatch(/^The message does not fit the limits of .*:\n {2}error limit\.recipients/);
    expect(told(() => assertFitsLimits(toBytes(many), sesV1))).toContain("error limit.recipients");
  });

  it("leaves to other rules what no limit is about", () => {
    const bytes = new TextEncoder().encode("From: a@example.com\r\nDate: nonsense\r\nTo: b@example.com\r\n\r\n");
    expect(told(() => assertFitsLimits(bytes, smtp))).toBeUndefined();
    expect(told(() => assertNoIssues(bytes))).toContain("header.date");
  });
});

describe("assertNoIssues", () => {
  it("holds for what the composer writes, and tells warnings", () => {
    expect(told(() => assertNoIssues(m))).toBeUndefined();
    const dangling = base.html('<img src="cid:nothing">').build();
    expect(told(() => assertNoIssues(dangling))).toMatch(
      /^The message has 1 issue:\n {2}warning cid\.dangling at html: /,
    );
  });
});

describe("assertMatchesEmlInline", () => {
  it("takes plain UTF-8, indented with the code", () => {
    const note = base.text("Hello Zoë\n").build();
    assertMatchesEmlInline(
      note,
      `
        From: Ann <ann@example.com>
        To: Zoë <zoe@example.org>
        Subject: Welcome, Zoë
        MIME-Version: 1.0
        Content-Type: text/plain; charset=UTF-8

        Hello Zoë
      `,
      { ignore: ["Date", "Message-ID"] },
    );
    const wrong = "From: ann@example.com\n\nHello\n";
    expect(
      told(() => assertMatchesEmlInline(note, wrong, { ignore: ["To", "Subject", "MIME-Version", "Content-Type"] })),
    ).toBe(
      [
        "The message is not the expected one (- expected, + received).",
        "",
        "From",
        "- ann@example.com",
        "+ Ann <ann@example.com>",
        "",
        "Also different: the message (text/plain)",
      ].join("\n"),
    );
  });
});

describe("assertMatchesEml", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "mimewright-eml-"));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
  const environment = (values: Record<"CI" | "MIMEWRIGHT_UPDATE", string>) => {
    for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value);
  };

  it("writes a missing file, and then compares with it", async () => {
    environment({ CI: "", MIMEWRIGHT_UPDATE: "" });
    const path = join(folder, "deep/welcome.eml");
    await assertMatchesEml(m, path);
    const written = readFileSync(path, "latin1");
    expect(written).toContain("Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n");
    await assertMatchesEml(m, pathToFileURL(path));
    await expect(assertMatchesEml(base.subject("Hi").build(), path)).rejects.toThrow(AssertionError);
    expect(readFileSync(path, "latin1")).toBe(written);
  });

  it("writes nothing in CI", async () => {
    environment({ CI: "true", MIMEWRIGHT_UPDATE: "" });
    const path = join(folder, "welcome.eml");
    await expect(assertMatchesEml(m, path)).rejects.toThrow(
      /welcome\.eml does not exist, and this run writes no files/,
    );
    expect(existsSync(path)).toBe(false);
  });

  it("writes anew what differs when it is told to, and nothing that does not", async () => {
    environment({ CI: "", MIMEWRIGHT_UPDATE: "1" });
    const path = join(folder, "welcome.eml");
    writeFileSync(path, toBytes(m, { seed: "kept" }));
    await assertMatchesEml(m, path);
    expect(readFileSync(path, "latin1")).not.toContain("boundary-001");
    await assertMatchesEml(base.text("New\n").build(), path);
    expect(readFileSync(path, "latin1")).toContain("New\r\n");
  });
});

describe("content that is opened at write time", () => {
  it("does not hinder what is in the head, and is asked for where it counts", async () => {
    const source = base
      .text("Hello")
      .attach(await file(new URL("../../fixtures/files/logo.png", import.meta.url)))
      .build();
    expect(told(() => assertSubject(source, "Welcome, Zoë"))).toBeUndefined();
    expect(told(() => assertAttachment(source, "logo.png", { type: "image/png" }))).toBeUndefined();
    expect(told(() => assertFitsLimits(source, sesV1))).toBeUndefined();
    expect(() => assertAttachment(source, "logo.png", { size: 511 })).toThrow(
      "its content is opened when it is written (expect(await readEml(m)) reads it first)",
    );
    expect(() => matchers.toMatchEmlInline(source, "")).toThrow(
      "at mail: expected a message whose content is in memory",
    );
    const read = await readEml(source);
    expect(told(() => assertAttachment(read, "logo.png", { size: 511 }))).toBeUndefined();
    expect(told(() => assertAddressedTo(read, "zoe@example.org"))).toBeUndefined();
  });
});
