import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const folder = new URL("out/vitest-project/", root);
const written = new URL("test/mails/welcome.eml", folder);

// A project of its own, which a second Vitest runs as a user's would.
const project = `
import { compose } from "mimewright";
import "mimewright/vitest";
import { expect, test } from "vitest";

const m = compose({ from: "ann@example.com", to: "bob@example.com", subject: "Welcome" })
  .text(\`Dear Bob,\\n\\n\${process.env.LINE}\\n\`)
  .build();

test("welcome", async () => {
  await expect(m).toMatchEml("mails/welcome.eml");
});
`;

interface Run {
  readonly passed: boolean;
  readonly output: string;
}

function run(line: string, environment: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<Run> {
  const vitest = fileURLToPath(new URL("node_modules/vitest/vitest.mjs", root));
  const config = fileURLToPath(new URL("test/vitest.base.config.ts", root));
  const cwd = fileURLToPath(folder);
  const args = [vitest, "run", "--root", cwd, "--config", config, "--reporter=default", ...options];
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LINE: line, NO_COLOR: "1", ...environment };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, cwd }, (error, stdout, stderr) => {
      resolve({ passed: error === null, output: `${stdout}${stderr}` });
    });
  });
}

const text = (): string => readFileSync(written, "utf8").replaceAll("\r\n", "\n");

describe("toMatchEml, from the first run to the accepted change", () => {
  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(new URL("test/", folder), { recursive: true });
    writeFileSync(new URL("test/mail.test.ts", folder), project);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("refuses to write a missing file in CI", async () => {
    const { passed, output } = await run("see you on Monday.", { CI: "true" });
    expect(passed).toBe(false);
    expect(output).toContain(
      [
        "Error: test/mails/welcome.eml does not exist, and this run writes no files (as runs in CI do).",
        "Run the test on your own machine, look at the file that it writes, and commit it.",
      ].join("\n"),
    );
    expect(existsSync(written)).toBe(false);
  });

  it("writes it beside the test elsewhere", async () => {
    expect((await run("see you on Monday.", {})).passed).toBe(true);
    expect(text()).toBe(
      [
        "From: ann@example.com",
        "To: bob@example.com",
        "Subject: Welcome",
        "Message-ID: <masked@invalid>",
        "Date: Thu, 01 Jan 1970 00:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 7bit",
        "",
        "Dear Bob,",
        "",
        "see you on Monday.",
        "",
      ].join("\n"),
    );
    expect((await run("see you on Monday.", { CI: "true" })).passed).toBe(true);
  });

  it("tells what differs and leaves the file alone", async () => {
    const { passed, output } = await run("see you on Tuesday.", {});
    expect(passed).toBe(false);
    expect(output).toContain(
      [
        "Error: The message is not the one in test/mails/welcome.eml (- expected, + received).",
        "",
        "the message (text/plain)",
        "  Dear Bob,",
        "  ",
        "- see you on Monday.",
        "+ see you on Tuesday.",
        "",
        "If what was received is right, run the test with -u: that writes the file anew.",
      ].join("\n"),
    );
    expect(text()).toContain("Monday");
  });

  it("writes the file anew with -u", async () => {
    expect((await run("see you on Tuesday.", {}, "-u")).passed).toBe(true);
    expect(text()).toContain("Tuesday");
    expect((await run("see you on Tuesday.", { CI: "true" })).passed).toBe(true);
  });
});
