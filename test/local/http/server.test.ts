// The server: loopback only, one answer to everything, bounded in size; and the inbox it feeds.
import { connect } from "node:net";
import { OptionError } from "mimewright";
import { type LocalSes, startLocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import { errorOf, handle, post, rawForm, shapeOf, simpleForm, start } from "../support/helpers.ts";

/** Sends octets as they are; gives what comes back until the end, or until `enough` is in it. */
function raw(ses: LocalSes, text: string, enough = "</ErrorResponse>"): Promise<string> {
  const { hostname, port } = new URL(ses.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname.replace(/[[\]]/g, ""), () => socket.write(text));
    let got = "";
    socket.on("data", (chunk) => {
      got += chunk.toString();
      if (got.includes(enough)) socket.destroy();
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(got));
  });
}

describe("the server", () => {
  it("listens on loopback unless asked otherwise", async () => {
    const ses = await start();
    expect(ses.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    for (const host of ["", "*", "0.0.0.0:8025", "[::]", "http://localhost", "a b", "127.1", "0x7f.1", 8025]) {
      const options: object = { host };
      await expect(startLocalSes(options)).rejects.toThrow(
        "input.option at host: expected an IP address or a host name without port",
      );
    }
    const six = await start({ host: "localhost" });
    expect((await post(six, { Action: "GetSendQuota" })).status).toBe(200);
  });

  it("rejects when its port is taken", async () => {
    const ses = await start();
    await expect(startLocalSes({ port: Number(new URL(ses.url).port) })).rejects.toThrow("EADDRINUSE");
  });

  it("refuses options that make no sense, each at its place with what to write", async () => {
    const wrong: readonly (readonly [options: object, issue: string])[] = [
      [{ preset: "lax" }, 'preset: expected "easy" or "verified" or "strict"'],
      [{ preset: "toString" }, "preset: expected"],
      [{ sendRate: Number.NaN }, "sendRate: expected a number from 0, or -1 for no limit; got NaN"],
      [{ sendRate: "14" }, "sendRate: expected a number"],
      [{ dailyQuota: -2 }, "dailyQuota: expected a number from 0, or -1"],
      [{ port: 1.5 }, "port: expected a whole number from 0 to 65535; got 1.5"],
      [{ port: 65_536 }, "port: expected"],
      [{ port: "8025" }, "port: expected"],
      [{ sandbox: "no" }, "sandbox: expected true or false"],
      [{ anySender: 1 }, "anySender: expected true or false"],
      [{ allowHosts: "mail" }, "allowHosts: expected a list of host names; got a string"],
      [
        { allowHosts: ["mail", "*"] },
        'allowHosts[1]: expected a host name such as mail, ses.example.com or *.example.com; got "*"',
      ],
      [{ allowHosts: [""] }, "allowHosts[0]: expected a host name"],
      [{ allowHosts: ["http://mail"] }, "allowHosts[0]: expected a host name"],
      [{ allowHosts: ["mail/inbox"] }, "allowHosts[0]: expected a host name"],
      [{ publicUrl: "localhost:8025" }, "publicUrl: expected an http or https URL such as http://localhost:8025"],
      [{ publicUrl: "ftp://localhost" }, "publicUrl: expected an http or https URL"],
      [{ publicUrl: "http://a!b" }, "publicUrl: expected a URL with an address or a host name"],
      [
        { credentials: [{ accessKeyId: "KEY" }] },
        "credentials[0].secretAccessKey: expected a string; the key is missing",
      ],
      [
        { credentials: [{ accessKeyId: "", secretAccessKey: "x" }] },
        "credentials[0].accessKeyId: expected a string that is not empty",
      ],
      [{ topics: { arn: "not a URL" } }, "topics.arn: expected an http or https URL"],
      [{ inboxBytes: 0 }, "inboxBytes: expected a whole number, 1 or more"],
      [{ dir: "" }, "dir: expected a string that is not empty"],
      [{ clock: 1 }, "clock: expected a function; got 1"],
      [{ onNotification: "url" }, "onNotification: expected a function; got a string"],
    ];
    for (const [options, issue] of wrong) {
      const starting = startLocalSes(options);
      await expect(starting, issue).rejects.toThrow(`input.option at ${issue}`);
      await expect(starting, issue).rejects.toThrow(OptionError);
    }
  });

  it("refuses misspelt names, nested ones too, and says what was meant", async () => {
    const wrong: readonly (readonly [options: object, issue: string])[] = [
      [{ allowHost: ["mail"] }, 'allowHost: unknown option "allowHost"; did you mean "allowHosts"?'],
      [
        { credentials: [{ accessKeyId: "KEY", secretAcessKey: "x" }] },
        'credentials[0].secretAcessKey: unknown option "secretAcessKey"; did you mean "secretAccessKey"?',
      ],
    ];
    for (const [options, issue] of wrong)
      await expect(startLocalSes(options), issue).rejects.toThrow(`input.unknown-key at ${issue}`);
  });

  it("reports every problem of its options at once", async () => {
    const options: object = { port: -1, presets: "easy", topics: { a: 1 } };
    const error: unknown = await startLocalSes(options).catch((thrown: unknown) => thrown);
    expect(error instanceof OptionError && error.issues.map(({ path }) => path)).toEqual([
      ["presets"],
      ["port"],
      ["topics", "a"],
    ]);
  });

  it("takes undefined for an option that is not given", async () => {
    const undefinedIsAbsent: object = { host: undefined, allowHosts: undefined, preset: undefined, port: undefined };
    expect((await start(undefinedIsAbsent)).url).toMatch(/^http:\/\/127\.0\.0\.1:/);
  });

  it("stops when disposed, and closing twice is closing once", async () => {
    let url = "";
    {
      await using ses = await startLocalSes();
      url = ses.url;
      await ses.close();
    }
    await expect(fetch(url)).rejects.toThrow("fetch failed");
  });

  it("answers every method and path with XML", async () => {
    const ses = await start();
    for (const [method, path] of [
      ["PUT", "/"],
      ["DELETE", "/"],
      ["OPTIONS", "/"],
      ["PATCH", "/"],
      ["POST", "/?a=1"],
    ] as const) {
      const response = await fetch(ses.url + path, { method });
      expect(shapeOf(await response.text())).toContain("ErrorResponse/Error/Code");
    }
  });

  it("closes the connection of methods that Fetch does not know", async () => {
    const ses = await start();
    expect(await raw(ses, "TRACE / HTTP/1.1\r\nHost: x\r\n\r\n")).toBe("");
    expect((await post(ses, { Action: "GetSendQuota" })).status).toBe(200);
  });

  it("answers what is no HTTP, and a head that is too large, with XML", async () => {
    const ses = await start();
    expect(await raw(ses, "hello\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [\s\S]*<ErrorResponse/);
    const head = `POST / HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(70_000)}\r\n\r\n`;
    expect(await raw(ses, head)).toMatch(/^HTTP\/1\.1 431 [\s\S]*<ErrorResponse/);
  });

  it("refuses a body that says it is too large before any of it came", async () => {
    const ses = await start();
    const answer = await raw(ses, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*<Code>RequestEntityTooLarge<\/Code>/);
  });

  it("refuses a body without a length once it passes the limit, and goes on answering", async () => {
    const ses = await start();
    const chunk = new Uint8Array(1_048_576);
    let left = 70;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const init: RequestInit & { duplex: "half" } = { method: "POST", body, duplex: "half" };
    const response = await fetch(ses.url, init);
    expect([response.status, (await response.text()).includes("RequestEntityTooLarge")]).toEqual([413, true]);
    expect((await post(ses, { Action: "GetSendQuota" })).status).toBe(200);
  });

  it("takes messages of 100,000 parts and of nesting 10,000 without walking them", async () => {
    const ses = await start();
    const parts = `From: a@b.co\nTo: c@d.co\nContent-Type: multipart/mixed; boundary=x\n\n${"--x\n\n".repeat(100_000)}`;
    const nested = Array.from(
      { length: 10_000 },
      (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
    );
    expect((await handle(ses, rawForm(parts))).status).toBe(200);
    expect((await handle(ses, rawForm(`From: a@b.co\nTo: c@d.co\n${nested.join("")}`))).status).toBe(200);
  });

  it("refuses heads with more fields than any message has", async () => {
    const ses = await start();
    const bomb = `From: a@b.co\nTo: c@d.co\n${"X: y\n".repeat(20_000)}\nx`;
    expect(errorOf(await handle(ses, rawForm(bomb)))).toBe("400 InvalidParameterValue: Header section too long.");
  });

  it("reads an address list of 200,000 characters once", async () => {
    const ses = await start();
    for (const piece of ["(", "<", '"', "a,", "a:", '\\"', "=?", "(a)", "<>"]) {
      const list = piece.repeat(Math.floor(200_000 / piece.length));
      const answer = await handle(ses, rawForm(`From: a@b.co\nTo: c@d.co\n\nx`, { Source: list }));
      expect(answer.status).toBe(400);
    }
  });
});

describe("the inbox", () => {
  it("waits for a message that is yet to come", async () => {
    const ses = await start();
    const coming = ses.inbox.waitFor({ to: "BOB@example.org", subject: "Hell" }, { timeout: 5_000 });
    await post(ses, simpleForm({ "Message.Subject.Data": "Other" }));
    await post(ses, simpleForm());
    expect((await coming).subject).toBe("Hello");
    expect((await ses.inbox.waitFor({ subject: /^Oth/ })).subject).toBe("Other");
  });

  it("says so when none came", async () => {
    const ses = await start();
    await expect(ses.inbox.waitFor({ to: "x@y.co" }, { timeout: 20 })).rejects.toThrow(/came within 20 ms/);
  });

  it("lists what matches every condition, oldest first", async () => {
    const ses = await start();
    const ids: string[] = [];
    for (const subject of ["one", "two", "three"]) {
      await post(ses, simpleForm({ "Message.Subject.Data": subject }));
      ids.push(ses.inbox.list().at(-1)?.id ?? "");
    }
    const subjects = (filter: Parameters<typeof ses.inbox.list>[0]) =>
      ses.inbox.list(filter).map(({ subject }) => subject);
    expect(subjects({})).toEqual(["one", "two", "three"]);
    expect(subjects({ subject: "o" })).toEqual(["one", "two"]);
    expect(subjects({ after: ids[0] ?? "" })).toEqual(["two", "three"]);
    expect(subjects({ from: "ANN@example.com", region: "us-east-1", kind: "sent" })).toHaveLength(3);
    expect(subjects({ to: "nobody@example.org" })).toEqual([]);
    await ses.inbox.delete(ids[1] ?? "");
    expect(subjects({})).toEqual(["one", "three"]);
    await ses.inbox.clear();
    expect(subjects({})).toEqual([]);
  });

  it("lets go of the oldest beyond its bytes", async () => {
    const ses = await start({ inboxBytes: 5_000 });
    for (let number = 0; number < 20; number++)
      await post(ses, simpleForm({ "Message.Subject.Data": `mail ${number}` }));
    const subjects = ses.inbox.list().map(({ subject }) => subject);
    expect(subjects.at(-1)).toBe("mail 19");
    expect(subjects.length).toBeLessThan(10);
    await ses.inbox.clear();
    await post(ses, simpleForm());
    expect(ses.inbox.list()).toHaveLength(1);
  });

  it("is empty, and the account new, after a reset", async () => {
    const ses = await start({ autoVerify: false });
    await ses.inbox.verify("ann@example.com");
    await post(ses, simpleForm());
    ses.inbox.faults({ throttle: 5 });
    await ses.inbox.account({ sandbox: true });
    await ses.inbox.reset();
    expect(ses.inbox.list()).toEqual([]);
    expect((await post(ses, { Action: "ListIdentities" })).body).toContain("<Identities/>");
    expect((await post(ses, { Action: "GetSendQuota" })).body).toContain("<SentLast24Hours>0.0<");
    await ses.inbox.verify("ann@example.com");
    expect((await post(ses, simpleForm())).status).toBe(200);
  });
});
