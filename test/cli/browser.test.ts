// Pictures: the DevTools protocol against browsers of a few lines, and where a real one is searched.
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromium, screenshot } from "../../src/cli/browser.ts";
import { Browser } from "../../src/cli/devtools.ts";
import { fakeBrowser, type Mood, PICTURE } from "./fake-browser.ts";
import { folder } from "./folder.ts";
import { terminal } from "./terminal.ts";

const SHOT = { url: "http://127.0.0.1:1/#/message/x", width: 320, height: 200, ready: "document.title !== ''" };

function shoot(mood: Mood) {
  const { path, log } = fakeBrowser(mood);
  const { io, ending } = terminal({ env: { MIMEWRIGHT_CHROMIUM: path } });
  return { taking: screenshot(SHOT, io), log, ending, path };
}

describe("a picture", () => {
  it("is what the browser gives, however many pieces it comes in", async () => {
    const { taking, log } = shoot("willing");
    expect(Buffer.compare(await taking, PICTURE)).toBe(0);
    const asked = log();
    expect(asked.map(({ method }) => method).filter((method) => method === "Runtime.evaluate")).toHaveLength(3);
    expect(asked.find(({ method }) => method === "Page.navigate")?.params).toEqual({ url: SHOT.url });
    expect(asked.find(({ method }) => method === "Runtime.evaluate")?.params).toMatchObject({ expression: SHOT.ready });
    const { clip } = asked.find(({ method }) => method === "Page.captureScreenshot")?.params ?? {};
    expect(clip).toEqual({ x: 0, y: 0, width: 320, height: 1_235, scale: 1 });
  });

  it("is taken without a port, with a profile of its own that is gone afterwards", async () => {
    const { taking, log } = shoot("willing");
    await taking;
    const args = log()[0]?.args ?? [];
    expect(args).toContain("--remote-debugging-pipe");
    expect(args.join(" ")).not.toContain("--remote-debugging-port");
    const profile = args.find((arg) => arg.startsWith("--user-data-dir="))?.slice("--user-data-dir=".length) ?? "";
    expect(readdirSync(tmpdir()).map((name) => join(tmpdir(), name))).not.toContain(profile);
  });

  it.each([
    ["crashing", "it ended with code 7"],
    ["refusing", "no pages today"],
    ["babbling", "it does not speak the DevTools protocol"],
  ] as const)("is not there when the browser is %s, and the error says why", async (mood, why) => {
    const { taking, path } = shoot(mood);
    await expect(taking).rejects.toThrow(`there is no picture by ${path}: ${why}`);
  });

  it("is given up, and the browser ended, when the command is", async () => {
    const { taking, log, ending } = shoot("silent");
    const asked = async () => {
      while (!log().some(({ method }) => method === "Target.createTarget"))
        await new Promise((go) => setTimeout(go, 10));
    };
    await asked();
    ending.abort();
    await expect(taking).rejects.toMatchObject({ name: "InterruptedError" });
  });
});

describe("a browser that cannot be started", () => {
  it("rejects every call, and closes", async () => {
    const browser = new Browser(join(folder(), "nope"), [], new AbortController().signal);
    await expect(browser.call("Target.createTarget")).rejects.toThrow("ENOENT");
    await expect(browser.call("Target.createTarget")).rejects.toThrow("ENOENT");
    await browser.close();
  });
});

describe("Chromium", () => {
  it("is the one that MIMEWRIGHT_CHROMIUM names, and no other", async () => {
    expect(await findChromium({ env: { MIMEWRIGHT_CHROMIUM: process.execPath } })).toBe(process.execPath);
    await expect(findChromium({ env: { MIMEWRIGHT_CHROMIUM: "/nope" } }, [process.execPath])).rejects.toThrow(
      "MIMEWRIGHT_CHROMIUM names /nope, and there is nothing",
    );
  });

  it("is searched where systems put it", async () => {
    expect(await findChromium({ env: {} }, ["/nope", process.execPath])).toBe(process.execPath);
    const windows = folder({ "Google/Chrome/Application/chrome.exe": "" });
    expect(await findChromium({ env: { LOCALAPPDATA: windows } }, [])).toContain("chrome.exe");
  });

  it("that is not there is told with what to do", async () => {
    await expect(findChromium({ env: {} }, [])).rejects.toThrow("install one, or name it in MIMEWRIGHT_CHROMIUM");
  });
});
