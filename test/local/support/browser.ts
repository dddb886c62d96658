// A real browser for the page: Chromium, found by MIMEWRIGHT_CHROMIUM or in the places where systems put it.
import { access } from "node:fs/promises";
import { type Browser, type BrowserContextOptions, chromium, type Page, type Request } from "playwright-core";

const PLACES = [
  process.env.MIMEWRIGHT_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Names that lead to this machine, as a container's name does, and as a hostile name can.
  "--host-resolver-rules=MAP *.test 127.0.0.1",
];

/** Starts the browser. @throws Error that says what to do when there is none */
export async function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args: FLAGS });
}

/** Where the browser is. @throws Error that says what to do when there is none */
export async function chromiumPath(): Promise<string> {
  for (const path of PLACES) if (path !== undefined && (await isThere(path))) return path;
  throw new Error(
    "There is no Chromium here: install it (Debian: apt-get install chromium) or name it in MIMEWRIGHT_CHROMIUM.",
  );
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** A page, and everything about it that should not happen. */
export interface WatchedPage {
  readonly page: Page;
  /** Requests to other hosts, errors, messages on the console, breaches of the page's own policy. */
  readonly complaints: () => Promise<readonly string[]>;
}

/** Opens a page of the endpoint in a browser context of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  const foreign = (request: Request): boolean => {
    const { host, protocol } = new URL(request.url());
    return host !== new URL(url).host && !["data:", "about:", "blob:"].includes(protocol);
  };
  page.on("requestfinished", (request) => {
    if (foreign(request)) complaints.push(`request: ${request.url()}`);
  });
  page.on("requestfailed", (request) => {
    // A request that the policy of a mail's document stopped never left the browser.
    if (foreign(request) && request.failure()?.errorText !== "csp") complaints.push(`request: ${request.url()}`);
  });
  page.on("console", (message) => {
    // What the policy of a mail's own document keeps out is told on the console: that is the policy at work.
    const { url: place } = message.location();
    if (!place.endsWith("/html") && place !== "about:srcdoc") complaints.push(`console: ${message.text()}`);
  });
  await page.addInitScript(`
    window.violations = [];
    document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
  `);
  await page.goto(url);
  await page.waitForSelector('#live[data-state="on"]');
  return {
    page,
    async complaints() {
      const violations: unknown = await page.evaluate("window.violations");
      return [...complaints, ...(Array.isArray(violations) ? violations.map((name) => `policy: ${name}`) : [])];
    },
  };
}
