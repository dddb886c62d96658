import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SESClient } from "@aws-sdk/client-ses";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { sesTransport } from "mimewright/nodemailer";
import { createTransport } from "nodemailer";
// @ts-expect-error: this package has no types of its own
import handlebars from "nodemailer-express-handlebars";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const viewPath = mkdtempSync(join(tmpdir(), "mimewright-views-"));
let ses: LocalSes;
let client: SESClient;

beforeAll(async () => {
  writeFileSync(join(viewPath, "welcome.handlebars"), "<p>Hello {{name}}</p>");
  ses = await startLocalSes();
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  client = new SESClient({ region: "eu-west-1", endpoint: ses.url, credentials });
});
afterAll(async () => {
  rmSync(viewPath, { recursive: true });
  client.destroy();
  await ses.close();
});
beforeEach(() => ses.inbox.clear());

const addresses = { from: "ann@example.com", to: "bob@example.com", subject: "Welcome" };
const templated = { ...addresses, template: "welcome", context: { name: "Zoë & Co" } };

function mailerWith(options: Omit<Parameters<typeof sesTransport>[0], "client">) {
  const mailer = createTransport(sesTransport({ client, ...options }));
  mailer.use("compile", handlebars({ viewEngine: { defaultLayout: false }, viewPath }));
  return mailer;
}

describe("a template plugin of nodemailer", () => {
  it("fills the html of a message that mimewright composes, when its keys are named", async () => {
    await mailerWith({ compose: "mimewright", ignoreKeys: ["template", "context"] }).sendMail(templated);
    expect(ses.inbox.list()[0]?.parse().html()).toContain("<p>Hello Zoë &amp; Co</p>");
  });

  it("needs no names where nodemailer composes", async () => {
    await mailerWith({}).sendMail(templated);
    expect(ses.inbox.list()[0]?.parse().html()).toContain("<p>Hello Zoë &amp; Co</p>");
  });

  it("is refused with the option to name its keys", async () => {
    const sending = mailerWith({ compose: "mimewright" }).sendMail(templated);
    await expect(sending).rejects.toMatchObject({
      code: "input.unknown-key",
      issues: [
        { path: ["template"], hint: expect.stringContaining("ignoreKeys") },
        { path: ["context"], hint: expect.stringContaining("ignoreKeys") },
      ],
    });
    expect(ses.inbox.list()).toEqual([]);
  });
});

describe("compose: mimewright", () => {
  it("takes images that nodemailer took out of the html", async () => {
    const html = '<img src="data:image/png;base64,iVBORw0KGgo=">';
    const mailer = createTransport(sesTransport({ client, compose: "mimewright" }));
    await mailer.sendMail({ ...addresses, html, attachDataUrls: true });
    const mail = ses.inbox.list()[0]?.parse();
    expect(mail?.html()).toContain("cid:");
    expect(mail?.attachments).toHaveLength(1);
  });

  it("reports the limits of SES at the options that were given", async () => {
    const attachments = [{ path: undefined }, { filename: "a.exe", content: "x" }];
    const mailer = createTransport(sesTransport({ client, compose: "mimewright" }));
    await expect(mailer.sendMail({ ...addresses, text: "x", attachments })).rejects.toMatchObject({
      code: "attachment.blocked-type",
      path: ["attachments", 1, "filename"],
    });
  });
});
