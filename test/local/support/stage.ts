// What every test in the browser starts from: a built endpoint in a process of its own, a browser, a rich message.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { startBrowser } from "./browser.ts";
import { postJson } from "./mail.ts";
import { type OtherProcess, startProcess } from "./process.ts";

/** Endpoint and browser of a test file. */
export interface Stage {
  readonly browser: Browser;
  readonly url: string;
}

/** Sets the stage for all tests of the file, and clears it between them. Read it inside of tests only. */
export function stage(): () => Stage {
  let endpoint: OtherProcess | undefined;
  let browser: Browser | undefined;
  const now = (): Stage => {
    if (endpoint === undefined || browser === undefined) throw new Error("The stage is not set.");
    return { browser, url: endpoint.url };
  };
  beforeAll(async () => {
    endpoint = await startProcess({
      allowHosts: ["mail.test"],
      autoVerify: false,
      sandbox: false,
      dailyQuota: 200,
      sendRate: 100,
    });
    browser = await startBrowser();
  }, 120_000);
  beforeEach(async () => {
    await postJson(`${now().url}/_local/reset`, {});
    await postJson(`${now().url}/_local/verify`, { identity: "example.com" });
  });
  afterAll(async () => {
    await browser?.close();
    await endpoint?.kill();
  });
  return now;
}

const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/eF/fzQAAAABJRU5ErkJggg==";

/** What can be said of the message. */
export interface Parts {
  readonly html?: string;
  readonly subject?: string;
  readonly from?: string;
  readonly filename?: string;
}

/** A message with html, an image that the html may show, and a file. */
export function htmlMail({
  html = "<p>Hello <b>there</b></p>",
  subject = "Welcome",
  from = "Ann <ann@example.com>",
  filename = "notes.txt",
}: Parts) {
  return [
    `From: ${from}`,
    "To: bob@example.org",
    `Subject: ${subject}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/related; boundary="b"',
    "",
    "--b",
    "Content-Type: text/html; charset=utf-8",
    "",
    html,
    "--b",
    "Content-Type: image/png",
    "Content-ID: <dot@example.com>",
    "Content-Transfer-Encoding: base64",
    "",
    PNG,
    "--b",
    "Content-Type: text/plain",
    `Content-Disposition: attachment; filename="${filename}"`,
    "",
    "the notes",
    "--b--",
    "",
  ].join("\n");
}

/** Opens the newest message. */
export async function openFirst(page: Page): Promise<void> {
  await page.click("#list li:first-child a");
  await page.waitForSelector("#message-title");
}
