// Filters of the inbox, in the program and over HTTP: what they compare, and what they refuse.
import { OptionError } from "mimewright";
import { InboxTimeoutError, type LocalSes } from "mimewright/local";
import { describe, expect, it } from "vitest";
import type { ListJson, MessageJson, NotificationJson } from "../../../src/local/pages/api.ts";
import { fakeClock, handle, rawForm, start } from "../support/helpers.ts";
import { getJson } from "../support/mail.ts";

const FILE =
  'Content-Type: multipart/mixed; boundary="b"\n\n--b\nContent-Type: text/plain\n\nHi\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\n%PDF\n--b--\n';

/** Three messages, a minute apart, that differ in everything a filter looks at. */
async function stocked(): Promise<{ readonly ses: LocalSes; readonly ids: readonly string[] }> {
  const clock = fakeClock(Date.parse("2026-03-01T10:00:00Z"));
  const ses = await start({ clock: clock.now });
  const messages = [
    [
      'From: "Ann, the sender" <Ann@example.com>\nTo: bob@example.org\nCc: carl@example.org\nSubject: One\nX-Campaign: welcome\n' +
        "X-SES-CONFIGURATION-SET: news\nX-SES-MESSAGE-TAGS: campaign=welcome, plan=pro\nMessage-ID: <own@example.com>\n\nHi\n",
      {},
    ],
    [
      "From: eve@example.com\nTo: bob@example.org\nSubject: Two\nX-Campaign: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\n\nHi\n",
      {
        Source: "bounces@example.net",
        "Destinations.member.1": "bob@example.org",
        "Destinations.member.2": "dora@example.org",
      },
    ],
    [`From: ann@example.com\nTo: eve@example.org\nSubject: Three\nMIME-Version: 1.0\n${FILE}`, {}],
  ] as const;
  for (const [raw, more] of messages) {
    await handle(ses, rawForm(raw, more), { host: "email.eu-west-1.amazonaws.com" });
    clock.advance(60_000);
  }
  return { ses, ids: ses.inbox.list().map(({ id }) => id) };
}

describe("filters", () => {
  it.each<readonly [query: string, subjects: readonly string[]]>([
    ["from=ann@example.com", ["One", "Three"]],
    ["from=ANN@EXAMPLE.COM", ["One", "Three"]],
    ["from=Ann%20%3Cann@example.com%3E", ["One", "Three"]],
    ["from=eve@example.com", ["Two"]],
    ["from=bounces@example.net", ["Two"]],
    ["from=example.com", []],
    ["from=sender@example.com", []],
    ["to=bob@example.org", ["One", "Two"]],
    ["to=carl@example.org", ["One"]],
    ["cc=carl@example.org", ["One"]],
    ["cc=bob@example.org", []],
    ["to=dora@example.org", ["Two"]],
    ["bcc=dora@example.org", ["Two"]],
    ["bcc=bob@example.org", []],
    ["subject=T", ["Two", "Three"]],
    ["tag=campaign:welcome", ["One"]],
    ["tag=campaign:welcome&tag=plan:pro", ["One"]],
    ["tag=campaign:welcome&tag=plan:free", []],
    ["tag=plan", ["One"]],
    ["tag=campaign:wel", []],
    ["configurationSet=news", ["One"]],
    ["configurationSet=new", []],
    ["header=x-campaign:welcome", ["One"]],
    ["header=X-Campaign:%20Gr%C3%BC%C3%9Fe", ["Two"]],
    ["header=X-Campaign", ["One", "Two"]],
    ["header=X-Campaign:wel", []],
    ["header=Message-ID:%3Cown@example.com%3E", ["One"]],
    ["header=X-Campaign&header=Subject:Two", ["Two"]],
    ["header=X-None", []],
    ["hasAttachment=true", ["Three"]],
    ["hasAttachment=false", ["One", "Two"]],
    ["since=2026-03-01T10:01:00Z", ["Two", "Three"]],
    ["before=2026-03-01T10:01:00Z", ["One"]],
    ["since=2026-03-01T10:01:00Z&before=2026-03-01T10:02:00Z", ["Two"]],
    ["region=eu-west-1", ["One", "Two", "Three"]],
    ["region=us-east-1", []],
    ["kind=sent", ["One", "Two", "Three"]],
    ["kind=feedback", []],
    ["latest", ["Three"]],
    ["latest=true&to=bob@example.org", ["Two"]],
    ["latest=false&to=bob@example.org", ["One", "Two"]],
    ["from=ann@example.com&subject=One", ["One"]],
  ])("%s finds %j over HTTP", async (query, subjects) => {
    const { ses } = await stocked();
    const list = await getJson<ListJson>(`${ses.url}/_local/messages?${query}`);
    expect(list.messages.map(({ subject }) => subject)).toEqual(subjects);
    expect(list.total).toBe(subjects.length);
  });

  it("find the same in the program", async () => {
    const { ses, ids } = await stocked();
    const subjects = (filter: Parameters<LocalSes["inbox"]["list"]>[0]) =>
      ses.inbox.list(filter).map(({ subject }) => subject);
    expect(subjects({ from: "ann@example.com" })).toEqual(["One", "Three"]);
    expect(subjects({ tag: ["campaign:welcome", "plan"] })).toEqual(["One"]);
    expect(subjects({ configurationSet: "news" })).toEqual(["One"]);
    expect(subjects({ header: "X-Campaign:welcome" })).toEqual(["One"]);
    expect(subjects({ hasAttachment: true })).toEqual(["Three"]);
    expect(subjects({ before: new Date("2026-03-01T10:01:00Z") })).toEqual(["One"]);
    expect(subjects({ before: Date.parse("2026-03-01T10:01:00Z") })).toEqual(["One"]);
    expect(subjects({ latest: true })).toEqual(["Three"]);
    expect(subjects({ id: ids[1] ?? "" })).toEqual(["Two"]);
    expect(subjects({ cc: "carl@example.org", from: undefined } as object)).toEqual(["One"]);
    expect((await ses.inbox.waitFor({ latest: true, to: "bob@example.org" })).subject).toBe("Two");
    expect((await ses.inbox.waitFor({ to: "bob@example.org" })).subject).toBe("One");
  });

  it("find a message by its id, over HTTP too", async () => {
    const { ses, ids } = await stocked();
    const list = await getJson<ListJson>(`${ses.url}/_local/messages?id=${ids[1]}`);
    expect(list.messages.map(({ id }) => id)).toEqual([ids[1]]);
  });

  it("compare the From field as it is written, not as it is shown", async () => {
    const ses = await start();
    // The display name decodes to something that looks like an address.
    await handle(
      ses,
      rawForm("From: =?UTF-8?Q?=3Ceve=40example=2Ecom=3E?= <ann@example.com>\nTo: bob@example.org\n\nHi\n"),
    );
    expect(ses.inbox.list({ from: "ann@example.com" })).toHaveLength(1);
    expect(ses.inbox.list({ from: "eve@example.com" })).toHaveLength(0);
  });
});

describe("a filter that cannot be used", () => {
  it.each<readonly [filter: object, why: string]>([
    [{ form: "ann@example.com" }, 'did you mean "from"?'],
    [{ Subject: "One" }, 'did you mean "subject"?'],
    [{ tags: "a:b" }, 'did you mean "tag"?'],
    [{ configurationset: "news" }, 'did you mean "configurationSet"?'],
    [{ sender: "ann@example.com" }, 'unknown option "sender"'],
    [{ to: ["bob@example.org"] }, "input.option at to: expected a string; got a list"],
    [
      { since: "2026-03-01" },
      "input.option at since: expected a Date or a number of milliseconds since the epoch; got a string",
    ],
    [{ since: new Date("x") }, "input.option at since: expected a Date"],
    [{ before: Number.NaN }, "input.option at before: expected a Date"],
    [{ kind: "bounce" }, 'at kind: expected "sent" or "verification" or "feedback" or "auto-reply"'],
    [{ hasAttachment: "yes" }, "at hasAttachment: expected true or false"],
    [{ tag: [1] }, "at tag: expected a string or a list of strings"],
  ])("is refused: %j", async (filter, why) => {
    const { inbox } = await start();
    expect(() => inbox.list(filter)).toThrow(why);
    expect(() => inbox.list(filter)).toThrow(OptionError);
    await expect(inbox.waitFor(filter, { timeout: 1 })).rejects.toThrow(why);
  });

  it("is not what a message that does not come is", async () => {
    const { inbox } = await start();
    const waiting = inbox.waitFor({ header: ["X-A:1", "X-B"], hasAttachment: false }, { timeout: 1 });
    await expect(waiting).rejects.toThrow(InboxTimeoutError);
    await expect(waiting).rejects.toThrow("No message with header X-A:1,X-B and hasAttachment false came within 1 ms.");
  });
});

describe("parameters of the JSON API", () => {
  it.each([
    ["/_local/messages?form=ann@example.com", 'GET /_local/messages does not take "form"; did you mean "from"?'],
    ["/_local/messages?From=ann@example.com", 'did you mean "from"?'],
    ["/_local/messages?configuration_set=x", 'did you mean "configurationSet"?'],
    ["/_local/messages?email=ann@example.com", 'GET /_local/messages does not take "email".'],
    ["/_local/messages?to=a@example.org&to=b@example.org", "to is given 2 times; it takes one value."],
    ["/_local/messages?before=tomorrow", "before has to be a time such as"],
    ["/_local/messages?hasAttachment=1", "hasAttachment has to be true or false."],
    ["/_local/messages?kind=bounce", "kind has to be one of sent, verification, feedback, auto-reply."],
    ["/_local/messages?limit=0", "limit has to be a whole number from 1."],
    ["/_local/messages/latest?form=x", 'did you mean "from"?'],
    ["/_local/messages/latest/raw?as=received", "as has to be sent or delivered."],
    ["/_local/state?region=us-east-1", 'GET /_local/state does not take "region". It takes none.'],
    ["/_local/events?to=ann@example.com", 'GET /_local/events does not take "to". It takes none.'],
    ["/_local/notifications?id=x", 'GET /_local/notifications does not take "id".'],
    ["/_local/health?x=1", "It takes none."],
  ])("are refused where they would do nothing: %s", async (path, why) => {
    const { ses } = await stocked();
    const { error } = await getJson<{ error: string }>(`${ses.url}${path}`, 400);
    expect(error).toContain(why);
  });

  it("never narrow what is deleted without a word", async () => {
    const { ses } = await stocked();
    const response = await fetch(`${ses.url}/_local/messages?to=bob@example.org`, { method: "DELETE" });
    expect(response.status).toBe(400);
    expect(ses.inbox.list()).toHaveLength(3);
  });

  it.each([
    ["/_local/verify", { identity: "example.com", regoin: "eu-west-1" }, 'did you mean "region"?'],
    ["/_local/reset", { identities: false }, 'at identities: unknown option "identities" (there are no options here)'],
    ["/_local/account", { maxSendrate: 1 }, 'did you mean "maxSendRate"?'],
    ["/_local/faults", { trottle: 1 }, 'did you mean "throttle"?'],
  ])("and names of bodies: %s", async (path, body, why) => {
    const { url } = await start();
    const headers = { "content-type": "application/json" };
    const response = await fetch(url + path, { method: "POST", headers, body: JSON.stringify(body) });
    expect(response.status).toBe(400);
    expect((await response.json()).error).toContain(why);
  });
});

describe("/_local/messages/latest", () => {
  it("is the newest message, of those that the query asks for, in every view", async () => {
    const { ses, ids } = await stocked();
    const base = `${ses.url}/_local/messages/latest`;
    expect((await getJson<MessageJson>(base)).id).toBe(ids[2]);
    expect((await getJson<MessageJson>(`${base}?to=bob@example.org`)).subject).toBe("Two");
    expect(await (await fetch(`${base}/raw?as=delivered&from=eve@example.com`)).text()).toContain("Subject: Two");
    expect(await (await fetch(`${base}/parts/0`)).text()).toContain("%PDF");
    await getJson(`${base}?to=nobody@example.org`, 404);
    await getJson(`${(await start()).url}/_local/messages/latest`, 404);
  });

  it("takes filters, and a message with an id does not", async () => {
    const { ses, ids } = await stocked();
    const { error } = await getJson<{ error: string }>(`${ses.url}/_local/messages/${ids[0]}?to=x@example.org`, 400);
    expect(error).toBe("to goes with /_local/messages and /_local/messages/latest only.");
  });
});

describe("/_local/notifications", () => {
  it("are those of one message when asked for", async () => {
    const { ses, ids } = await stocked();
    expect(await getJson<readonly NotificationJson[]>(`${ses.url}/_local/notifications?messageId=${ids[0]}`)).toEqual(
      [],
    );
  });
});
