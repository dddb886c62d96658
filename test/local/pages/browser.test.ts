// The inbox page in a real browser: list, message, files, account.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { openPage } from "../support/browser.ts";
import { call, mail, sendRaw } from "../support/mail.ts";
import { htmlMail, openFirst, stage } from "../support/stage.ts";

const on = stage();

describe("the list", () => {
  it("explains how to send a first message, with the real address", async () => {
    const { browser, url } = on();
    const { page, complaints } = await openPage(browser, url);
    await page.getByRole("heading", { name: "No messages yet" }).waitFor();
    expect(await page.locator(".empty").textContent()).toContain(`endpoint: "${url}"`);
    expect(await complaints()).toEqual([]);
  });

  it("shows messages as they come, and says so", async () => {
    const { browser, url } = on();
    const { page, complaints } = await openPage(browser, url);
    await sendRaw(url, mail({ subject: "First" }));
    await page.getByText("First", { exact: true }).waitFor();
    await sendRaw(url, mail({ subject: "Second" }));
    await page.getByText("Second", { exact: true }).waitFor();
    const subjects = await page.locator("#list .entry-subject").allInnerTexts();
    expect(subjects).toEqual(["Second", "First"]);
    expect(await page.locator("#announce").textContent()).toBe("New message from ann@example.com: Second");
    expect(await page.locator("#count").textContent()).toBe("2");
    expect(await complaints()).toEqual([]);
  });

  it("is filtered, and cleared after a question", async () => {
    const { browser, url } = on();
    await sendRaw(url, mail({ subject: "Apples" }));
    await sendRaw(url, mail({ subject: "Pears", to: "eve@example.org" }));
    const { page, complaints } = await openPage(browser, url);
    await page.keyboard.press("/");
    await page.keyboard.type("EVE@");
    expect(await page.locator("#list li:visible .entry-subject").allInnerTexts()).toEqual(["Pears"]);
    await page.fill("#filter", "");
    await page.click("#clear");
    await page.getByRole("button", { name: "Keep" }).click();
    expect(await page.locator("#list li").count()).toBe(2);
    await page.click("#clear");
    await page.locator("#confirm-yes").click();
    await page.getByRole("heading", { name: "No messages yet" }).waitFor();
    expect(await complaints()).toEqual([]);
  });
});

describe("a message", () => {
  it("shows its html in a frame, with its own images", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ html: '<p>Hello <b>there</b></p><img src="cid:dot@example.com" width="40">' }));
    const { page, complaints } = await openPage(browser, url);
    await openFirst(page);
    const frame = page.frameLocator("iframe.mail");
    await frame.getByText("Hello there").waitFor();
    const width = await frame
      .locator("img")
      .evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth);
    expect(width).toBe(1);
    expect(await page.locator("iframe.mail").getAttribute("sandbox")).not.toContain("allow-scripts");
    expect(await complaints()).toEqual([]);
  });

  it("has text, headers, structure, files, source and findings", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ subject: "All views" }));
    const { page, complaints } = await openPage(browser, url);
    await openFirst(page);
    const view = async (name: string) => {
      await page.getByRole("tab", { name }).click();
      const panel = page.locator(".panel:visible");
      await panel.getByText("Loading …").waitFor({ state: "detached" });
      return panel.textContent();
    };
    expect(await view("Text")).toContain("no plain text");
    expect(await view("Headers")).toMatch(/Subject\s*All views/);
    expect(await view("Structure")).toMatch(
      /multipart\/related[\s\S]*text\/html[\s\S]*image\/png[\s\S]*text\/plain notes\.txt/,
    );
    expect(await view("Files")).toContain("notes.txt");
    expect(await view("Source")).toContain("Content-ID: <dot@example.com>");
    expect(await view("Check")).toContain("Checked against sesV1");
    expect(await complaints()).toEqual([]);
  });

  it("tells To, Cc and Bcc apart, and names what a template left", async () => {
    const { browser, url } = on();
    const raw = "From: ann@example.com\r\nTo: bob@example.org\r\nCc: cid@example.org\r\nSubject: Hi {{name}}\r\n\r\nx";
    const ToAddresses = ["bob@example.org", "cid@example.org", "dee@example.org"];
    const Content = { Raw: { Data: Buffer.from(raw).toString("base64") } };
    await fetch(`${url}/v2/email/outbound-emails`, {
      method: "POST",
      body: JSON.stringify({ Destination: { ToAddresses }, Content }),
    });
    const { page, complaints } = await openPage(browser, url);
    expect(await page.locator(".entry-to").first().textContent()).toBe(
      "to bob@example.org · cc cid@example.org · bcc dee@example.org",
    );
    await openFirst(page);
    expect(await page.locator("dl.facts").textContent()).toMatch(
      /To\s*bob@example\.org\s*Cc\s*cid@example\.org\s*Bcc\s*dee@example\.org/,
    );
    await page.getByRole("tab", { name: "Check" }).click();
    const panel = page.locator(".panel:visible");
    await panel.getByText("Loading …").waitFor({ state: "detached" });
    expect(await panel.textContent()).toMatch(/\{\{name\}\}[\s\S]*placeholder/);
    expect(await complaints()).toEqual([]);
  });

  it("lets its files be saved", async () => {
    const { browser, url } = on();
    await sendRaw(url, htmlMail({ filename: "notes.html" }));
    const { page, complaints } = await openPage(browser, url);
    await openFirst(page);
    await page.getByRole("tab", { name: "Files" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download notes.html" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("notes.html");
    expect(await readFile(await download.path(), "utf8")).toBe("the notes");
    expect(await complaints()).toEqual([]);
  });

  it("makes web addresses in its text links, and nothing else", async () => {
    const { browser, url } = on();
    await sendRaw(url, mail({ text: "see https://example.com/a?b=1. or javascript:alert(1) or <b>x</b>" }));
    const { page, complaints } = await openPage(browser, url);
    await openFirst(page);
    const links = page.locator("pre.text a");
    expect(await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")))).toEqual([
      "https://example.com/a?b=1",
    ]);
    expect(await page.locator("pre.text").textContent()).toContain("<b>x</b>");
    expect(await complaints()).toEqual([]);
  });
});

describe("the account", () => {
  it("shows quota, a chart and identities, and verifies one by its button", async () => {
    const { browser, url } = on();
    await sendRaw(url, mail({ to: "bounce@simulator.amazonses.com, bob@example.org" }));
    await call(url, { Action: "VerifyDomainIdentity", Domain: "pending.example" });
    const { page, complaints } = await openPage(browser, url);
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByText("of 200 recipients").waitFor();
    const chart = page.getByRole("img", {
      name: /Recipients in the last 24 hours: delivered 1, bounces 1, complaints 0/,
    });
    expect(await chart.locator("rect").count()).toBe(2);
    await page.getByRole("button", { name: "Verify pending.example" }).click();
    const row = page.locator(".identities li", { hasText: "pending.example" });
    await row.getByText("Success").waitFor();
    expect(await row.getByRole("button").count()).toBe(0);
    await page.fill("#new-identity", "new@example.net");
    await page.keyboard.press("Enter");
    await page.locator(".identities li", { hasText: "new@example.net" }).waitFor();
    await page.fill("#new-identity", "no domain");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("Invalid").waitFor();
    expect((await complaints()).filter((text) => !text.includes("400"))).toEqual([]);
  });

  it("shows notifications with their JSON", async () => {
    const { browser, url } = on();
    await call(url, {
      Action: "SetIdentityNotificationTopic",
      Identity: "example.com",
      NotificationType: "Bounce",
      SnsTopic: "arn:aws:sns:us-east-1:123456789012:bounces",
    });
    await sendRaw(url, mail({ to: "bounce@simulator.amazonses.com" }));
    const { page, complaints } = await openPage(browser, url);
    await page.getByRole("link", { name: "Notifications" }).click();
    await page.getByText("arn:aws:sns:us-east-1:123456789012:bounces").click();
    expect(await page.locator("pre.source").textContent()).toContain('"bounceType": "Permanent"');
    expect(await complaints()).toEqual([]);
  });
});

describe("other names of the endpoint", () => {
  const named = (url: string, name: string) => url.replace("127.0.0.1", name);

  it("open the page where they are allowed, with images and everything that can be changed", async () => {
    const { browser, url } = on();
    const own = named(url, "mail.test");
    await sendRaw(url, htmlMail({ html: '<img id="logo" src="cid:dot@example.com">' }));
    const { page, complaints } = await openPage(browser, own);
    await openFirst(page);
    const logo = page.frameLocator("iframe.mail").locator("#logo");
    await logo.waitFor();
    expect(await logo.getAttribute("src")).toContain(`${own}/_local/messages/`);
    await page.goto(`${own}/#/`);
    await page.locator("#clear").click();
    await page.locator("#confirm-yes").click();
    await page.getByRole("heading", { name: "No messages yet" }).waitFor();
    expect(await page.locator(".empty .url").textContent()).toBe(own);
    expect(await complaints()).toEqual([]);
  });

  it("show nothing where they are not, and say how they would be", async () => {
    const { browser, url } = on();
    await sendRaw(url, mail({ subject: "Secret" }));
    const page = await browser.newPage();
    const answer = await page.goto(`${named(url, "evil.test")}/`);
    expect(answer?.status()).toBe(403);
    expect(await page.content()).toContain("--allow-host evil.test");
    await page.close();
  });
});
