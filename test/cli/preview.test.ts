import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium } from "../../src/cli/browser.ts";
import { run } from "../../src/cli/main.ts";
import { eml, folderWith, hello, helloEml } from "./folder.ts";
import { ran, type Surroundings, terminal } from "./terminal.ts";

/** What the inbox shows of the message, and what was said. */
async function previewed(args: readonly string[], surroundings: Surroundings) {
  const { written, ending, io } = terminal(surroundings);
  const running = run(["preview", ...args], io);
  let ended: number | undefined;
  running.then((exit) => {
    ended = exit;
  });
  while (!written.out.endsWith("\n") && ended === undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  const url = written.out.trim();
  const page = URL.canParse(url)
    ? await fetch(`${new URL(url).origin}/_local/messages/${url.split("/").at(-1)}`)
    : undefined;
  const shown = page === undefined ? undefined : await page.json();
  ending.abort();
  return { exit: await running, err: written.err, shown };
}

describe("mimewright preview", () => {
  it.each([
    ["m.eml", helloEml, "Hello"],
    ["m.json", hello, "Grüße"],
    ["page.html", "<p>Hi</p>", "page.html"],
    ["mail.mjs", "export default ({ name = 'you' }) => ({ subject: 'For ' + name, html: '<p>Hi</p>' });", "For you"],
    ["html.mjs", "export default '<p>Hi</p>';", "html.mjs"],
  ])("shows %s in the inbox until Ctrl+C", async (name, content, subject) => {
    const { exit, err, shown } = await previewed([name], { cwd: folderWith({ [name]: content }) });
    expect([exit, err]).toEqual([0, ""]);
    expect(shown).toMatchObject({ subject });
  });

  it("gives a module what is in the data file", async () => {
    const module = "export const welcome = ({ name }) => ({ subject: 'For ' + name, text: 'Hi' });";
    const cwd = folderWith({ "mail.mjs": module, "data.json": { name: "Zoë" } });
    const { shown } = await previewed(["mail.mjs", "--export", "welcome", "--data", "data.json"], { cwd });
    expect(shown).toMatchObject({ subject: "For Zoë" });
  });

  it("shows html from the standard input, with the images beside it", async () => {
    const png = Buffer.from(
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
      "base64",
    );
    const cwd = folderWith({ "dot.png": png });
    const stdin = '<img src="dot.png" alt="."><img src="../none.png" alt="">';
    const { exit, err, shown } = await previewed(["-"], { cwd, stdin });
    expect([exit, err]).toEqual([0, "images that are not in the folder of the page: 1\n"]);
    expect(JSON.stringify(shown)).toContain("image/png");
  });

  it.each([
    ["none.eml", "", 2, "no such file"],
    ["m.mjml", "<mjml></mjml>", 2, "render it first"],
    ["m.json", { ...hello, to: "bob@" }, 1, "address.syntax"],
    ["m.mjs", "export default 1;", 2, "gives no html, no message"],
    ["m.mjs", "throw new Error('nothing there');", 2, "it failed: nothing there"],
    ["m.mjs", "import 'a-package-that-is-missing';", 2, "is missing"],
  ])("says of %s why it cannot be shown", async (name, content, exit, why) => {
    const cwd = folderWith(name === "none.eml" ? {} : { [name]: content });
    const { err, ...rest } = await ran(["preview", name], { cwd });
    expect(rest).toMatchObject({ exit, out: "" });
    expect(err).toContain(why);
  });

  it("shows a mail that goes to nobody yet, and says of one from nobody that no service takes it", async () => {
    const cwd = folderWith({
      "m.eml": eml("From: ann@example.com", "Subject: Draft", "", "x"),
      "n.eml": eml("Subject: x", "", "x"),
    });
    expect((await previewed(["m.eml"], { cwd })).shown).toMatchObject({ subject: "Draft" });
    const { exit, err } = await ran(["preview", "n.eml"], { cwd });
    expect([exit, err]).toEqual([2, expect.stringContaining("Missing required header 'From'")]);
  });
});

describe("the browser for pictures", () => {
  it("is the one that is named, and else the first that is there", async () => {
    const cwd = folderWith({ chromium: "" });
    const place = join(cwd, "chromium");
    expect(await findChromium({ env: { MIMEWRIGHT_CHROMIUM: place } })).toBe(place);
    expect(await findChromium({ env: {} }, ["/none", place])).toBe(place);
  });

  it("is asked for before anything is started", async () => {
    const env = { MIMEWRIGHT_CHROMIUM: "/none/chromium" };
    const { exit, err } = await ran(["preview", "m.eml", "--png", "m.png"], {
      cwd: folderWith({ "m.eml": helloEml }),
      env,
    });
    expect([exit, err]).toEqual([2, expect.stringContaining("/none/chromium")]);
    await expect(findChromium({ env: {} }, [])).rejects.toThrow("there is no Chromium");
  });

  // A stand-in that speaks as much of the DevTools protocol as a picture takes.
  it("takes a picture over its protocol, and leaves nothing behind", async () => {
    const cwd = folderWith({ "m.eml": helloEml });
    const env = { MIMEWRIGHT_CHROMIUM: join(import.meta.dirname, "browser-stand-in.mjs") };
    const { exit, out, err } = await ran(["preview", "m.eml", "--png", "m.png"], { cwd, env });
    expect([exit, out, err]).toEqual([0, "m.png\n", ""]);
    expect(readFileSync(join(cwd, "m.png"), "utf8")).toMatch(
      /^picture of http:\/\/127\.0\.0\.1:\d+\/#\/message\/\S+ 1280x2000$/,
    );
  });

  it("that fails is told about, and no picture is there", async () => {
    const cwd = folderWith({ "m.eml": helloEml });
    const env = { MIMEWRIGHT_CHROMIUM: process.execPath };
    const { exit, err } = await ran(["preview", "m.eml", "--png", "m.png"], { cwd, env });
    expect([exit, err]).toEqual([2, expect.stringContaining("there is no picture by")]);
  });
});
