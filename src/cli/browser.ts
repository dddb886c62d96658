// The user's own Chromium: where it is, and a picture taken with it.
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Browser, numberIn, textIn } from "./devtools.ts";
import { InterruptedError, type Io, reasonOf, TroubleError } from "./io.ts";

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

/** Finds a Chromium. @throws TroubleError that says what to do when there is none */
export async function findChromium({ env }: Pick<Io, "env">, places: readonly string[] = PLACES): Promise<string> {
  const named = env.MIMEWRIGHT_CHROMIUM ?? "";
  if (named !== "") {
    if (await isThere(named)) return named;
    throw new TroubleError(`MIMEWRIGHT_CHROMIUM names ${named}, and there is nothing`);
  }
  const windows = WINDOWS.flatMap(([variable, path]) => {
    const folder = env[variable] ?? "";
    return folder === "" ? [] : [join(folder, path)];
  });
  for (const place of [...places, ...windows]) if (await isThere(place)) return place;
  throw new TroubleError("there is no Chromium or Chrome here: install one, or name it in MIMEWRIGHT_CHROMIUM");
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** What to take a picture of. */
export interface Shot {
  readonly url: string;
  /** Of the window, in pixels; the picture is as high as the page. */
  readonly width: number;
  readonly height: number;
  /** JavaScript that is true once the page shows everything. */
  readonly ready: string;
}

const TIMEOUT = 30_000;

/** Takes the picture: the bytes of a PNG. @throws TroubleError when the browser does not, InterruptedError */
export async function screenshot(shot: Shot, io: Io): Promise<Uint8Array> {
  const command = await findChromium(io);
  // A profile of its own: one that is in use by an open window would take the page over and give no picture.
  const profile = await mkdtemp(join(tmpdir(), "mimewright-browser-"));
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(TIMEOUT)]);
  const browser = new Browser(command, flags(profile), signal);
  try {
    return Buffer.from(await stillPicture(shot, browser), "base64");
  } catch (error) {
    if (io.signal.aborted) throw new InterruptedError("ended before the picture was taken");
    const reason = signal.aborted ? `nothing after ${TIMEOUT / 1_000} seconds` : reasonOf(error);
    throw new TroubleError(`there is no picture by ${command}: ${reason}`);
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

function flags(profile: string): readonly string[] {
  const quiet = [
    ...["--headless", "--disable-gpu", "--no-first-run", "--hide-scrollbars", "--mute-audio"],
    ...["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions"],
    // Containers have little of the shared memory that it would take otherwise.
    "--disable-dev-shm-usage",
  ];
  // Chromium refuses its sandbox to root. Only pages of the endpoint are opened, whose policy runs no script of a mail.
  const isRoot = process.getuid?.() === 0;
  return [...quiet, `--user-data-dir=${profile}`, ...(isRoot ? ["--no-sandbox"] : [])];
}

async function stillPicture({ url, width, height, ready }: Shot, browser: Browser): Promise<string> {
  const { targetId } = await browser.call("Target.createTarget", { url: "about:blank" });
  const sessionId = textIn(await browser.call("Target.attachToTarget", { targetId, flatten: true }), "sessionId");
  const window = { width, height, deviceScaleFactor: 1, mobile: false };
  await browser.call("Emulation.setDeviceMetricsOverride", window, sessionId);
  await browser.call("Page.navigate", { url }, sessionId);
  while (!(await holds(ready, browser, sessionId))) await pause(50);
  // Frames and images come in after the page: it stands still when two pictures are the same.
  let last = await picture(width, height, browser, sessionId);
  for (let round = 0; round < 20; round++) {
    await pause(200);
    const next = await picture(width, height, browser, sessionId);
    if (next === last) break;
    last = next;
  }
  return last;
}

async function holds(expression: string, browser: Browser, sessionId: string): Promise<boolean> {
  const { result } = await browser.call("Runtime.evaluate", { expression, returnByValue: true }, sessionId);
  return typeof result === "object" && result !== null && Reflect.get(result, "value") === true;
}

// Textures of browsers end there.
const HIGHEST = 16_384;

async function picture(width: number, height: number, browser: Browser, sessionId: string): Promise<string> {
  const metrics = await browser.call("Page.getLayoutMetrics", {}, sessionId);
  const whole = Math.min(HIGHEST, Math.max(height, Math.ceil(numberIn(metrics, "cssContentSize", "height"))));
  const clip = { x: 0, y: 0, width, height: whole, scale: 1 };
  const options = { format: "png", captureBeyondViewport: true, clip };
  return textIn(await browser.call("Page.captureScreenshot", options, sessionId), "data");
}
