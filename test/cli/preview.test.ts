import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../../src/cli/main.ts";
import { chromiumPath } from "../local/support/browser.ts";
import { program, sizeOfPng } from "./browsers.ts";
import { eml, folder, HEAD, INPUT } from "./folder.ts";
import { ran, type Surroundings, terminal } from "./terminal.ts";

const LOGO = readFileSync(new URL("../../fixtures/files/logo.png", import.meta.url));

/** What the inbox has while the command shows a mail. */
async function shown(args: readonly string[], surroundings: Surroundings) {
  const { io, ending, written } = terminal(surroundings);
  const running = run(["preview", ...args], io);
  let ended = false;
  running.finally(() => {
    ended = true;
  });
  while (!/#\/message\/\S+\n/.test(written.out) && !ended) await new Promise((done) => setTimeout(done, 10));
  if (ended) throw new Error(written.err);
  const url = new URL(written.out.trim());
  const at = `${url.origin}/_local/messages/${url.hash.slice("#/message/".length)}`;
  const get = async (path: string) => (await fetch(`${at}${path}`)).text();
  const json = JSON.parse(await get(""));
  const seen = { json, raw: await get("/raw"), html: await get("/html"), page: await (await fetch(url)).text() };
  ending.abort();
  return { ...seen, exit: await running, err: written.err, origin: url.origin };
}

describe("mimewright preview", () => {
  it("shows the very bytes of an .eml until it is ended", async () => {
    const { exit, raw, page, origin, err } = await shown(["m.eml"], { cwd: folder({ "m.eml": eml(HEAD) }) });
    expect({ exit, raw, err }).toEqual({ exit: 0, raw: eml(HEAD), err: "" });
    expect(page).toContain("<title>");
    await expect(fetch(origin)).rejects.toThrow();
  });

  it("shows JSON, and what comes in on the standard input", async () => {
    const cwd = folder({ "m.json": INPUT });
    expect((await shown(["m.json"], { cwd })).json.subject).toBe("Hello");
    expect((await shown(["-"], { cwd, stdin: JSON.stringify(INPUT) })).json.subject).toBe("Hello");
  });

  it("shows mail that goes to nobody, or to many", async () => {
    const none = eml(["From: a@example.com", "Subject: None"]);
    const to = Array.from({ length: 60 }, (_, index) => `bob${index}@example.com`).join(",\r\n ");
    const cwd = folder({ "none.eml": none, "many.eml": eml(["From: a@example.com", `To: ${to}`]) });
    expect((await shown(["none.eml"], { cwd })).raw).toBe(none);
    expect((await shown(["many.eml"], { cwd })).err).toBe("shown with the first 50 of 60 recipients\n");
  });

  it("says why the endpoint does not take a mail, as SES would not", async () => {
    const cwd = folder({ "m.eml": eml(["From: nobody at all", "Subject: Bad"]) });
    const { exit, err } = await ran(["preview", "m.eml"], { cwd });
    expect(exit).toBe(2);
    expect(err).toContain("the endpoint refused the message: BadRequestException: ");
  });

  it("says what is wrong with JSON that is no message", async () => {
    const { exit, out, err } = await ran(["preview", "m.json"], { cwd: folder({ "m.json": { from: "x" } }) });
    expect({ exit, out }).toEqual({ exit: 1, out: "" });
    expect(err).toContain("address.syntax at from");
  });

  it("says that its port is taken", async () => {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    const port = String(typeof address === "object" ? address?.port : "");
    const { exit, err } = await ran(["preview", "m.eml", "--port", port], { cwd: folder({ "m.eml": eml(HEAD) }) });
    server.close();
    expect(exit).toBe(2);
    expect(err).toBe(`mimewright preview: port ${port} is already in use; --port 0 takes any free port\n`);
  });
});

describe("an html page", () => {
  const PAGE =
    '<h1>Grüße</h1><img src="img/logo.png?v=2"><img src="../secret.png"><img src="https://example.com/x.png">';
  const files = { "in/page.html": PAGE, "in/img/logo.png": LOGO, "secret.png": LOGO };

  it("is the html of a message, with the images beside it and none from outside its folder", async () => {
    const { json, raw, err } = await shown(["in/page.html"], { cwd: folder(files) });
    expect(json.subject).toBe("page.html");
    expect(err).toBe("images missing in the folder of the page: 1\n");
    expect(raw.match(/Content-Type: image\/png/g)).toHaveLength(1);
    expect(raw).toContain("../secret.png");
  });

  it("may come on the standard input", async () => {
    const { json, html } = await shown(["-"], { cwd: folder(files), stdin: "\n <!doctype html><p>Hi</p>" });
    expect(json.subject).toBe("Preview");
    expect(html).toContain("<p>Hi</p>");
  });

  it("has to be UTF-8", async () => {
    const cwd = folder({ "p.html": new Uint8Array([0x3c, 0xe9]) });
    expect((await ran(["preview", "p.html"], { cwd })).err).toBe(
      "mimewright preview: p.html: the file is not text in UTF-8\n",
    );
  });
});

describe("a module", () => {
  it("gives html, with the images beside it", async () => {
    const cwd = folder({ "t.mjs": `export default '<p>Hi</p><img src="logo.png">'`, "logo.png": LOGO });
    const { raw } = await shown(["t.mjs"], { cwd });
    expect(raw).toContain("Content-Type: image/png");
  });

  it("gives input, which needs no addresses yet, from what --data has", async () => {
    const source = "export const welcome = async ({ name }) => ({ subject: 'Hi ' + name, text: 'Hello' })";
    const cwd = folder({ "t.mjs": source, "d.json": { name: "Zoë" } });
    const { json } = await shown(["t.mjs", "--export", "welcome", "--data", "d.json"], { cwd });
    expect(json.subject).toBe("Hi Zoë");
  });

  it("gives bytes, or is CommonJS", async () => {
    const cwd = folder({ "t.cjs": `module.exports = () => Buffer.from(${JSON.stringify(eml(HEAD))})` });
    expect((await shown(["t.cjs"], { cwd })).raw).toBe(eml(HEAD));
  });

  it.each([
    ["export default () => { throw new Error('no such user') }", [], "t.mjs: the module failed: no such user"],
    ["export default 1", [], "expected the export default to give html"],
    ["export const a = 1", [], "expected the export default to give html"],
    ["export default ''", ["--export", "toString"], "expected the export toString to give html"],
    ["export default {", [], "t.mjs: the module failed: "],
    ["import './nope.mjs'", [], "no such file, or a module that it imports is missing"],
    ["export default ''", ["--data", "nope.json"], "nope.json: no such file"],
    ["export default ''", ["--data", "t.mjs"], "t.mjs: invalid JSON"],
  ])("says why it gives nothing: %s %j", async (source, args, why) => {
    const { exit, out, err } = await ran(["preview", "t.mjs", ...args], { cwd: folder({ "t.mjs": source }) });
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toContain(why);
  });

  it("that gives wrong input is told its issues", async () => {
    const { exit, err } = await ran(["preview", "t.mjs"], {
      cwd: folder({ "t.mjs": "export default { subject: 1 }" }),
    });
    expect(exit).toBe(1);
    expect(err).toContain("at subject");
  });

  it("is not what sources of template languages are", async () => {
    const { exit, err } = await ran(["preview", "t.hbs"], { cwd: folder({ "t.hbs": "<p>{{name}}</p>" }) });
    expect(exit).toBe(2);
    expect(err).toContain("t.hbs: render it first");
  });
});

describe("--png", () => {
  const files = { "m.eml": eml(HEAD), "m.json": { ...INPUT, html: "<p>Hello</p>" } };

  // The page's own script is part of the build: scripts/try-preview.mjs takes its picture.
  it("takes the picture of the html alone, as wide as asked", async () => {
    const cwd = folder(files);
    const surroundings = { cwd, env: { MIMEWRIGHT_CHROMIUM: await chromiumPath() } };
    expect(await ran(["preview", "m.json", "--png", "a.png", "--view", "mail"], surroundings)).toMatchObject({
      exit: 0,
      out: "a.png\n",
    });
    expect(sizeOfPng(readFileSync(join(cwd, "a.png"))).width).toBe(680);
    const alone = ["--png", "b.png", "--view", "mail", "--width", "400", "--height", "300"];
    expect((await ran(["preview", "m.json", ...alone], surroundings)).exit).toBe(0);
    expect(sizeOfPng(readFileSync(join(cwd, "b.png")))).toEqual({ width: 400, height: 300 });
  });

  it("needs a browser, and html for a picture of it: exit code 2 and no file", async () => {
    const cwd = folder(files);
    const missing = await ran(["preview", "m.eml", "--png", "a.png"], { cwd, env: { MIMEWRIGHT_CHROMIUM: "/nope" } });
    expect(missing).toMatchObject({ exit: 2, out: "" });
    const env = { MIMEWRIGHT_CHROMIUM: await chromiumPath() };
    const plain = await ran(["preview", "m.eml", "--png", "a.png", "--view", "mail"], { cwd, env });
    expect(plain).toMatchObject({ exit: 2, out: "" });
    expect(plain.err).toContain("the mail has no html");
    const crashed = { MIMEWRIGHT_CHROMIUM: program("process.exit(7)") };
    expect((await ran(["preview", "m.eml", "--png", "a.png"], { cwd, env: crashed })).exit).toBe(2);
    expect(existsSync(join(cwd, "a.png"))).toBe(false);
  });

  it.each([
    [["--view", "all"], "--view: expected page or mail"],
    [["--width", "10"], "--width: expected a whole number from 100 to 10000"],
    [["--height", "x"], "--height: expected a whole number"],
    [["--view", "mail"], "--view: the flag needs --png"],
    [["--port", "70000"], "--port: expected a whole number"],
  ])("refuses %j", async (args, why) => {
    const { exit, err } = await ran(["preview", "m.eml", ...args], { cwd: folder(files) });
    expect(exit).toBe(2);
    expect(err).toContain(why);
  });
});
