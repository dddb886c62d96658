// Pictures by a real Chromium, by programs that are none, and where a browser is searched.
import { createServer } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { findChromium, loadDriver, screenshot } from "../../src/cli/preview/screenshot.ts";
import { chromiumPath } from "../local/support/browser.ts";
import { program, sizeOfPng } from "./browsers.ts";
import { folder } from "./folder.ts";
import { terminal } from "./terminal.ts";

async function pageUrl(html: string): Promise<string> {
  const server = createServer((_, answer) => answer.setHeader("content-type", "text/html").end(html));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/`;
}

const shotOf = (url: string) => ({ url, width: 320, height: 200, ready: "#there" });

describe("a picture", () => {
  it("is as wide as asked and as high as the page, once the page shows everything", async () => {
    const { io } = terminal({ env: { MIMEWRIGHT_CHROMIUM: await chromiumPath() } });
    const late = "setTimeout(() => { document.body.innerHTML = '<p id=there style=height:1235px;margin:0>' }, 300)";
    const url = await pageUrl(`<!doctype html><body style="margin:0"><script>${late}</script>`);
    expect(sizeOfPng(await screenshot(shotOf(url), io))).toEqual({ width: 320, height: 1_235 });
  });

  it("is not there when the browser ends at once, and the error names it", async () => {
    const path = program("process.exit(7)");
    const { io } = terminal({ env: { MIMEWRIGHT_CHROMIUM: path } });
    await expect(screenshot(shotOf("http://127.0.0.1:1/"), io)).rejects.toMatchObject({
      name: "TroubleError",
      message: expect.stringMatching(new RegExp(`^${path} cannot take the picture: [^\\n]+$`)),
    });
  });

  it("is given up when the command is ended", async () => {
    const { io, ending } = terminal({ env: { MIMEWRIGHT_CHROMIUM: program("setTimeout(() => {}, 5_000)") } });
    const taking = screenshot(shotOf("http://127.0.0.1:1/"), io);
    setTimeout(() => ending.abort(), 300);
    await expect(taking).rejects.toMatchObject({ name: "InterruptedError" });
  });

  it("needs playwright-core, and says how it is installed", async () => {
    const missing = () => Promise.reject(Object.assign(new Error("x"), { code: "ERR_MODULE_NOT_FOUND" }));
    await expect(loadDriver(missing)).rejects.toMatchObject({
      name: "TroubleError",
      message: "--png needs the package playwright-core: npm install --save-dev playwright-core",
    });
  });
});

describe("Chromium", () => {
  it("is the one that MIMEWRIGHT_CHROMIUM names, and no other", async () => {
    expect(await findChromium({ env: { MIMEWRIGHT_CHROMIUM: process.execPath } })).toBe(process.execPath);
    await expect(findChromium({ env: { MIMEWRIGHT_CHROMIUM: "/nope" } }, [process.execPath])).rejects.toThrow(
      "MIMEWRIGHT_CHROMIUM is /nope, which does not exist",
    );
  });

  it("is searched where systems put it", async () => {
    expect(await findChromium({ env: {} }, ["/nope", process.execPath])).toBe(process.execPath);
    const windows = folder({ "Google/Chrome/Application/chrome.exe": "" });
    expect(await findChromium({ env: { LOCALAPPDATA: windows } }, [])).toContain("chrome.exe");
  });

  it("that is not there is told with what to do", async () => {
    await expect(findChromium({ env: {} }, [])).rejects.toThrow("install one, or set MIMEWRIGHT_CHROMIUM to its path");
  });
});
