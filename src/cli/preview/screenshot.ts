// The Chromium or Chrome of this machine: where it is, and a picture taken with it by playwright-core.
import { access } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, BrowserType, Page } from "playwright-core";
import { aborted, InterruptedError, type Io, reasonOf, TroubleError } from "../io.ts";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/microsoft-edge",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

// Below the folders that Windows names in its environment.
const WINDOWS = [
  ["PROGRAMFILES", "Google/Chrome/Application/chrome.exe"],
  ["PROGRAMFILES(X86)", "Google/Chrome/Application/chrome.exe"],
  ["LOCALAPPDATA", "Google/Chrome/Application/chrome.exe"],
  ["LOCALAPPDATA", "Chromium/Application/chrome.exe"],
  ["PROGRAMFILES(X86)", "Microsoft/Edge/Application/msedge.exe"],
] as const;

/** Finds a Chromium. @throws TroubleError with what to install when there is none */
export async function findChromium({ env }: Pick<Io, "env">, places: readonly string[] = PLACES): Promise<string> {
  const named = env.MIMEWRIGHT_CHROMIUM ?? "";
  if (named !== "") {
    if (await isThere(named)) return named;
    throw new TroubleError(`MIMEWRIGHT_CHROMIUM is ${named}, which does not exist`);
  }
  const windows = WINDOWS.flatMap(([variable, path]) => {
    const folder = env[variable] ?? "";
    return folder === "" ? [] : [join(folder, path)];
  });
  for (const place of [...places, ...windows]) if (await isThere(place)) return place;
  throw new TroubleError("found no Chromium or Chrome: install one, or set MIMEWRIGHT_CHROMIUM to its path");
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What controls the browser: an optional peer. @throws TroubleError with how to install it */
export async function loadDriver(
  load: () => Promise<{ readonly chromium: BrowserType }> = () => import("playwright-core"),
): Promise<BrowserType> {
  try {
    return (await load()).chromium;
  } catch {
    throw new TroubleError("--png needs the package playwright-core: npm install --save-dev playwright-core");
  }
}

/** What to take a picture of. */
export interface Shot {
  readonly url: string;
  /** Of the window, in pixels; the picture is as high as the page. */
  readonly width: number;
  readonly height: number;
  /** A selector of what is there once the page shows everything. */
  readonly ready: string;
}

const TIMEOUT = 30_000;

/** Takes the picture: the bytes of a PNG. @throws TroubleError when the browser does not, InterruptedError */
export async function screenshot(shot: Shot, io: Io): Promise<Uint8Array> {
  const executablePath = await findChromium(io);
  const driver = await loadDriver();
  // A person who presses Ctrl+C ends the command, which ends the browser.
  const launching = driver.launch({ executablePath, args: FLAGS, timeout: TIMEOUT, handleSIGINT: false });
  try {
    return await Promise.race([pictureBy(launching, shot), aborted(io.signal).then(interrupted)]);
  } catch (error) {
    if (io.signal.aborted) throw interrupted();
    // The messages of playwright end with a log of many lines.
    const [reason = ""] = reasonOf(error).split("\n");
    throw new TroubleError(`${executablePath} cannot take the picture: ${reason}`);
  } finally {
    const closed = launching.then((browser) => browser.close()).catch(() => undefined);
    // A browser that has not answered yet ends with the process.
    if (!io.signal.aborted) await closed;
  }
}

// Containers have little shared memory. Chromium does not run with its sandbox as root; only pages of the endpoint are
// opened, whose policy runs no script of a mail.
const FLAGS = ["--disable-dev-shm-usage", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])];

function interrupted(): never {
  throw new InterruptedError("interrupted before the picture was taken");
}

async function pictureBy(launching: Promise<Browser>, { url, width, height, ready }: Shot): Promise<Uint8Array> {
  const page = await (await launching).newPage({ viewport: { width, height } });
  page.setDefaultTimeout(TIMEOUT);
  await page.goto(url);
  await page.locator(ready).first().waitFor({ state: "attached" });
  // Frames and images load after the page: it is complete when two pictures are the same.
  let last = await picture(page, width, height);
  for (let round = 0; round < 20; round++) {
    await pause(200);
    const next = await picture(page, width, height);
    if (next.equals(last)) break;
    last = next;
  }
  return last;
}

// The height of a texture in browsers.
const HIGHEST = 16_384;

async function picture(page: Page, width: number, height: number): Promise<Buffer> {
  const content: unknown = await page.evaluate("document.documentElement.scrollHeight");
  const whole = Math.min(HIGHEST, Math.max(height, typeof content === "number" ? content : 0));
  return page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: whole } });
}
