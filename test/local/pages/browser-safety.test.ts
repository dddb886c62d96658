// The inbox page in a real browser: hostile mail, contrast and names, phones, the keyboard.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPage } from "../support/browser.ts";
import { call, mail, sendRaw } from "../support/mail.ts";
import { htmlMail, openFirst, stage } from "../support/stage.ts";

const on = stage();

describe("hostile mail", () => {
  let trap: Server;
  let evil: string;
  const visits: (string | undefined)[] = [];

  // Stands for the server of whoever wrote the mail: a visit tells that, and when, the mail was read.
  beforeAll(async () => {
    trap = createServer((request, response) => {
      visits.push(request.url);
      response.end();
    });
    await new Promise<void>((done) => trap.listen(0, "127.0.0.1", done));
    // A server that listens on TCP has an address of this kind.
    evil = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
  });

  afterAll(() => trap.close());

  const scripts = () => [
    "<script>top.pwned = 1; parent.pwned = 1; window.pwned = 1</script>",
    '<img src="x" onerror="top.pwned = 1"><svg onload="top.pwned = 1"></svg>',
    '<iframe srcdoc="<script>top.pwned = 1</script>"></iframe>',
    '<object data="data:text/html,<script>top.pwned = 1</script>"></object>',
    '<a id="js" href="javascript:top.pwned = 1">go</a>',
    `<meta http-equiv="refresh" content="0;url=${evil}/refresh">`,
    `<link rel="stylesheet" href="${evil}/a.css"><style>@import "${evil}/b.css";</style>`,
    `<p style="background:url(${evil}/c.png)">text</p><img src="${evil}/d.png">`,
    `<form action="${evil}/e"><button id="send">send</button></form>`,
    `<base href="${evil}/"><img src="relative.png"><video src="f.mp4" autoplay></video>`,
    `<a id="top" href="${evil}/top" target="_top">top</a>`,
  ];

  it("runs no script and loads nothing from elsewhere", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ html: scripts().join("\n") }));
    const { page, complaints } = await openPage(browser, url);
    await openFirst(page);
    const frame = page.frameLocator("iframe.mail");
    await frame.locator("#js").click();
    await frame.locator("#send").click();
    // The page may ask for its list again and again: five seconds are enough for what the clicks would have loaded.
    await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {});
    expect(visits).toEqual([]);
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(new URL(page.url()).host).toBe(new URL(url).host);
    expect(
      page
        .frames()
        .map((one) => one.url())
        .filter((address) => address.startsWith(evil)),
    ).toEqual([]);
    expect(await complaints()).toEqual([]);
  });

  it("cannot take the page to another place", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ html: scripts().join("\n") }));
    const { page } = await openPage(browser, url);
    await openFirst(page);
    await page.frameLocator("iframe.mail").locator("#top").click();
    expect(new URL(page.url()).host).toBe(new URL(url).host);
  });

  it("is text in subjects, names, addresses, file names and headers", async () => {
    const { browser, url } = on();
    const evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>';
    const word = `=?UTF-8?B?${Buffer.from(evil).toString("base64")}?=`;
    const filename = evil.replaceAll('"', "'");
    await sendRaw(url, htmlMail({ subject: word, from: `${word} <ann@example.com>`, filename, html: "<p>x</p>" }));
    const { page, complaints } = await openPage(browser, url);
    expect(await page.locator("#list .entry-subject").textContent()).toBe(evil);
    await openFirst(page);
    expect(await page.locator("#message-title").textContent()).toBe(evil);
    for (const name of ["Headers", "Structure", "Files", "Source", "Check"]) {
      await page.getByRole("tab", { name }).click();
      await page.getByText("Loading …").waitFor({ state: "detached" });
    }
    expect(await page.evaluate("window.pwned")).toBeUndefined();
    expect(await complaints()).toEqual([]);
  });

  it("opens as a file, not as a page, when its address is opened directly", async () => {
    const { browser, url } = on();
    const head = "MIME-Version: 1.0\nContent-Type: image/svg+xml\nContent-Disposition: attachment\n";
    const text = '<svg xmlns="http://www.w3.org/2000/svg"><script>document.title="pwned"</script></svg>';
    const id = await sendRaw(url, mail({ head, text }));
    const { page } = await openPage(browser, url);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.goto(`${url}/_local/messages/${id}/parts/0`).catch(() => undefined),
    ]);
    expect(download.suggestedFilename()).toMatch(/^part-0/);
    expect(await page.title()).not.toBe("pwned");
  });
});

// Walks over every element with text of its own: the contrast of WCAG 2.2 (1.4.3) against what is painted behind it.
const CONTRASTS = `
  (() => {
    const rgb = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
    const light = ([r, g, b]) => {
      const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element) => {
      for (let at = element; at !== null; at = at.parentElement) {
        const colour = rgb(getComputedStyle(at).backgroundColor);
        if (colour.length === 3) return colour;
      }
      return [255, 255, 255];
    };
    const low = [];
    for (const element of document.querySelectorAll("body *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
      if (!own || !element.checkVisibility() || element.closest(".hide, :disabled, svg") !== null) continue;
      const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
      const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      if (ratio < 4.5) low.push(element.className + " " + element.textContent.slice(0, 30) + " " + ratio.toFixed(2));
    }
    return low;
  })()
`;

const UNNAMED = `
  [...document.querySelectorAll("a, button, input, select, iframe")]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.title || one.labels?.length))
    .map((one) => one.outerHTML.slice(0, 80))
`;

describe.each(["light", "dark"] as const)("in %s", (colorScheme) => {
  it("has enough contrast and a name for everything that can be used", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({}));
    await sendRaw(url, mail({ to: "bounce@simulator.amazonses.com, complaint@simulator.amazonses.com" }));
    await call(url, { Action: "VerifyDomainIdentity", Domain: "pending.example" });
    const { page, complaints } = await openPage(browser, url, { colorScheme });
    const look = async (where: string) => {
      expect(await page.evaluate(CONTRASTS), where).toEqual([]);
      expect(await page.evaluate(UNNAMED), where).toEqual([]);
      expect(await page.getByRole("main").count(), where).toBe(1);
    };
    await look("list");
    await page.locator("#list li:last-child a").click();
    await page.waitForSelector("#message-title");
    await look("message");
    await page.getByRole("tab", { name: "Check" }).click();
    await page.waitForSelector(".findings, .all-good");
    await look("check");
    await page.getByRole("link", { name: "Account" }).click();
    await page.waitForSelector(".tiles");
    await look("account");
    expect(await complaints()).toEqual([]);
  });

  it("is on a ground of that kind", async () => {
    const { browser, url } = on();
    const { page } = await openPage(browser, url, { colorScheme });
    const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    const [red = 0] = String(ground).match(/\d+/g)?.map(Number) ?? [];
    expect(red < 128 ? "dark" : "light").toBe(colorScheme);
  });
});

describe("on a phone", () => {
  it("fits 375 pixels in every view, and goes from the list to a message and back", async () => {
    const { browser, url } = on();
    await sendRaw(
      url,
      htmlMail({ subject: "A rather long subject that does not fit into one line of a phone ".repeat(2) }),
    );
    await call(url, {
      Action: "VerifyEmailIdentity",
      EmailAddress: "a.very.long.address.of.somebody@subdomain.example.org",
    });
    const { page, complaints } = await openPage(browser, url, {
      viewport: { width: 375, height: 700 },
      hasTouch: true,
      isMobile: true,
    });
    const fits = async (where: string) => {
      expect(await page.evaluate("document.documentElement.scrollWidth"), where).toBeLessThanOrEqual(375);
      expect(await page.evaluate("innerWidth"), where).toBe(375);
    };
    await fits("list");
    expect(await page.locator("#reader").isVisible()).toBe(false);
    await page.locator("#list li:last-child a").tap();
    await page.waitForSelector("#message-title");
    await fits("message");
    expect(await page.locator("#list").isVisible()).toBe(false);
    for (const name of ["Text", "Headers", "Structure", "Files", "Source", "Check"]) {
      await page.getByRole("tab", { name }).tap();
      await page.getByText("Loading …").waitFor({ state: "detached" });
      await fits(name);
    }
    await page.getByRole("link", { name: "All messages" }).tap();
    await page.locator("#list").waitFor();
    await page.getByRole("link", { name: "Account" }).tap();
    await page.waitForSelector(".tiles");
    await fits("account");
    await page.getByRole("link", { name: "Notifications" }).tap();
    await fits("notifications");
    expect(await complaints()).toEqual([]);
  });
});

describe("by keyboard alone", () => {
  it("moves through the list and the views of a message", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ subject: "Older" }));
    await sendRaw(url, htmlMail({ subject: "Newer" }));
    const { page, complaints } = await openPage(browser, url);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.getByRole("heading", { name: "Older" }).waitFor();
    await page.keyboard.press("ArrowUp");
    await page.getByRole("heading", { name: "Newer" }).waitFor();
    await page.getByRole("tab", { name: "HTML" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("tab", { name: "Text" }).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("End");
    expect(await page.evaluate("document.activeElement.id")).toBe("tab-check");
    await page.keyboard.press("ArrowRight");
    expect(await page.evaluate("document.activeElement.id")).toBe("tab-html");
    expect(await complaints()).toEqual([]);
  });

  it("shows where the focus is, and lets the head be skipped", async () => {
    const { browser, url } = on();
    const { page } = await openPage(browser, url);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Tab");
    const outline = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle");
    expect(outline).toBe("solid");
  });
});
