// Messages over HTTP: lists, parts, html for showing, downloads.
import { describe, expect, it } from "vitest";
import type { LintJson, ListJson, MessageJson, StructureJson } from "../../../src/local/pages/api.ts";
import { start } from "../support/helpers.ts";
import { getJson, mail, sendRaw } from "../support/mail.ts";

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/eF/fzQAAAABJRU5ErkJggg==",
  "base64",
);

/** A message with html, an image that the html shows, and a file. */
function rich(html: string): string {
  return [
    "From: Ann <ann@example.com>",
    "To: bob@example.org",
    "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=",
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="m"',
    "",
    "--m",
    'Content-Type: multipart/related; boundary="r"',
    "",
    "--r",
    "Content-Type: text/html; charset=utf-8",
    "",
    html,
    "--r",
    "Content-Type: image/png",
    "Content-ID: <logo@example.com>",
    "Content-Transfer-Encoding: base64",
    "",
    PNG.toString("base64"),
    "--r--",
    "--m",
    "Content-Type: application/pdf",
    "Content-Disposition: attachment; filename*=UTF-8''Rechnung%20%22%E2%82%AC%22.pdf",
    "",
    "%PDF-1.4 not really",
    "--m--",
    "",
  ].join("\n");
}

async function withMessage(raw: string) {
  const { url } = await start();
  const id = await sendRaw(url, raw);
  return { url, id, path: `${url}/_local/messages/${id}` };
}

describe("GET /_local/messages", () => {
  it("lists oldest first and filters by recipient, sender, subject and text", async () => {
    const { url } = await start();
    await sendRaw(url, mail({ subject: "one", text: "alpha" }));
    await sendRaw(url, mail({ subject: "two", text: "beta", to: "eve@example.org" }));
    const subjects = async (query: string) =>
      (await getJson<ListJson>(`${url}/_local/messages?${query}`)).messages.map(({ subject }) => subject);
    expect(await subjects("")).toEqual(["one", "two"]);
    expect(await subjects("to=EVE@example.org")).toEqual(["two"]);
    expect(await subjects("to=eve")).toEqual([]);
    expect(await subjects("subject=on")).toEqual(["one"]);
    expect(await subjects("text=beta&from=ann@example.com")).toEqual(["two"]);
    expect(await subjects("since=2999-01-01T00:00:00Z")).toEqual([]);
  });

  it("gives the newest up to a limit, and how many there are", async () => {
    const { url } = await start();
    for (const subject of ["one", "two", "three"]) await sendRaw(url, mail({ subject }));
    const list = await getJson<ListJson>(`${url}/_local/messages?limit=2`);
    expect(list.total).toBe(3);
    expect(list.messages.map(({ subject }) => subject)).toEqual(["two", "three"]);
    await getJson(`${url}/_local/messages?limit=none`, 400);
    await getJson(`${url}/_local/messages?since=yesterday`, 400);
  });
});

describe("GET /_local/messages/{id}", () => {
  it("gives the message as its recipients read it", async () => {
    const { path, id } = await withMessage(
      rich('<img src="cid:logo@example.com"><img src="https://example.com/x.png">'),
    );
    const message = await getJson<MessageJson>(path);
    expect(message).toMatchObject({
      id,
      kind: "sent",
      action: "SendRawEmail",
      from: "Ann <ann@example.com>",
      to: ["bob@example.org"],
      subject: "Grüße",
      text: null,
      problem: null,
      remoteReferences: 1,
      outcomes: [{ recipient: "bob@example.org", outcome: "delivered" }],
      attachments: [
        { filename: null, type: "image/png", cid: "logo@example.com", size: PNG.length },
        { filename: 'Rechnung "€".pdf', type: "application/pdf", disposition: "attachment" },
      ],
    });
    expect(message.headers.find(({ name }) => name === "Subject")?.value).toBe("Grüße");
    expect(message.headers.find(({ name }) => name === "Message-ID")?.value).toBe(`<${id}@email.amazonses.com>`);
  });

  it("answers 404 for an unknown id, in every view", async () => {
    const { url } = await start();
    for (const view of ["", "/raw", "/html", "/structure", "/lint", "/parts/0"]) {
      const { error } = await getJson<{ error: string }>(`${url}/_local/messages/none${view}`, 404);
      expect(error).toBe("There is no message with this id.");
    }
  });

  it("tells what is too complex instead of taking it apart", async () => {
    const parts = "--b\n\nx\n".repeat(2_000);
    const head = 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n';
    const { path } = await withMessage(mail({ head, text: parts }));
    const message = await getJson<MessageJson>(path);
    expect(message.problem).toMatch(/^This message has more than 1000 parts/);
    expect(message.headers.map(({ name }) => name)).toContain("Subject");
    expect(message.attachments).toEqual([]);
    expect((await getJson<StructureJson>(`${path}/structure`)).nodes.length).toBeLessThanOrEqual(1_001);
  });
});

describe("GET /_local/messages/{id}/raw", () => {
  it("gives the bytes as they were sent, or as they were delivered", async () => {
    const { path, id } = await withMessage(mail({ head: "Bcc: eve@example.org\nX-SES-CONFIGURATION-SET: set\n" }));
    const sent = await fetch(`${path}/raw`);
    expect(sent.headers.get("content-disposition")).toContain(`filename="${id}.eml"`);
    expect(await sent.text()).toContain("Bcc: eve@example.org\r\nX-SES-CONFIGURATION-SET: set\r\n");
    const delivered = await (await fetch(`${path}/raw?as=delivered`)).text();
    expect(delivered).not.toMatch(/bcc|configuration-set/i);
    expect(delivered).toContain(`Return-Path: <${id}@amazonses.com>\r\n`);
  });
});

describe("GET /_local/messages/{id}/parts/{n}", () => {
  it("is a download with its exact name, and never a page", async () => {
    const { path } = await withMessage(rich("<p>hi</p>"));
    const pdf = await fetch(`${path}/parts/1`);
    expect(await pdf.text()).toBe("%PDF-1.4 not really");
    expect(Object.fromEntries(pdf.headers)).toMatchObject({
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="Rechnung ___.pdf"; filename*=UTF-8''Rechnung%20%22%E2%82%AC%22.pdf`,
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
    });
    const image = await fetch(`${path}/parts/0`);
    expect(image.headers.get("content-type")).toBe("image/png");
    expect(image.headers.get("content-disposition")).toMatch(/^attachment; /);
    expect(Buffer.from(await image.arrayBuffer())).toEqual(PNG);
  });

  it("is octets for html, whatever the part says", async () => {
    const evil = 'Content-Type: text/html\nContent-Disposition: attachment; filename="a\\"; x=.html"\n';
    const { path } = await withMessage(mail({ head: evil, text: "<script>alert(1)</script>" }));
    const part = await fetch(`${path}/parts/0`);
    expect(part.headers.get("content-type")).toBe("application/octet-stream");
    expect(part.headers.get("content-disposition")).toMatch(
      /^attachment; filename="[A-Za-z0-9._ -]*"; filename\*=UTF-8''[A-Za-z0-9._%-]*$/,
    );
  });

  it("answers 404 for a number that is none", async () => {
    const { path } = await withMessage(mail());
    for (const number of ["0", "-1", "x", "1e1", "999999999"]) await getJson(`${path}/parts/${number}`, 404);
  });
});

describe("GET /_local/messages/{id}/html", () => {
  it("shows the message's own images by their routes and nothing else", async () => {
    const html = [
      "<!doctype html>",
      `<img src="cid:logo@example.com"><img src='CID:logo%40example.com'>`,
      "<td background=cid:logo@example.com style=\"background:url('cid:logo@example.com')\">",
      '<img src="cid:other"><a href="cid:logo@example.com">cid:logo@example.com</a>',
      '<svg><use href="cid:logo@example.com#icon"></use></svg>',
    ].join("\n");
    const { path } = await withMessage(rich(html));
    const part = `${path}/parts/0`;
    const shown = await (await fetch(`${path}/html`)).text();
    expect(shown.trim()).toBe(
      [
        '<!doctype html><base target="_blank">',
        `<img src="${part}"><img src='${part}'>`,
        `<td background="${part}" style="background:url('${part}')">`,
        '<img src="cid:other"><a href="cid:logo@example.com">cid:logo@example.com</a>',
        `<svg><use href="${part}#icon"></use></svg>`,
      ].join("\n"),
    );
  });

  it("is a sandbox that loads the message's parts and nothing from elsewhere", async () => {
    const { url, id, path } = await withMessage(rich("<script>1</script>"));
    const policy = (await fetch(`${path}/html`)).headers.get("content-security-policy")?.split("; ");
    expect(policy).toEqual([
      "sandbox allow-popups allow-popups-to-escape-sandbox",
      "default-src 'none'",
      `img-src data: ${url}/_local/messages/${id}/parts/`,
      "style-src 'unsafe-inline'",
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'self'",
    ]);
  });
});

describe("structure and lint", () => {
  it("show the tree as it was sent, with sizes", async () => {
    const { path } = await withMessage(rich("<p>hi</p>"));
    const { nodes } = await getJson<StructureJson>(`${path}/structure`);
    expect(nodes.map(({ depth, type, filename }) => [depth, type, filename])).toEqual([
      [0, "multipart/mixed", null],
      [1, "multipart/related", null],
      [2, "text/html", null],
      [2, "image/png", null],
      [1, "application/pdf", 'Rechnung "€".pdf'],
    ]);
    expect(nodes[2]?.bodyBytes).toBe("<p>hi</p>".length);
  });

  it("tell what sesV1 says about the raw message", async () => {
    const text = "x".repeat(1_100);
    const { path } = await withMessage(mail({ text }));
    const lint = await getJson<LintJson>(`${path}/lint`);
    expect(lint.limits).toBe("sesV1");
    expect(lint.findings.map(({ code }) => code)).toContain("limit.line");
    expect(lint.total).toBe(lint.findings.length);
  });
});

describe("DELETE /_local/messages", () => {
  it("forgets one message, or all of them", async () => {
    const { url, inbox } = await start();
    const id = await sendRaw(url, mail());
    await sendRaw(url, mail());
    expect((await fetch(`${url}/_local/messages/${id}`, { method: "DELETE" })).status).toBe(200);
    expect(inbox.list()).toHaveLength(1);
    expect((await fetch(`${url}/_local/messages`, { method: "DELETE" })).status).toBe(200);
    expect(inbox.list()).toEqual([]);
  });
});
