import { check, compose, type MessageInput, message, sesV1 } from "mimewright";
import { describe, expect, it } from "vitest";
import { rendered, short, thrown, untyped } from "./support.ts";

const base = { from: "ann@example.com", to: "bob@example.com" };
const calendar = { method: "REQUEST", content: "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR" };

describe("compose", () => {
  it("has a step for every option", () => {
    const built = compose()
      .from("ann@example.com", "ben@example.com")
      .sender("ann@example.com")
      .to("bob@example.com")
      .cc("c@example.com")
      .bcc("d@example.com")
      .replyTo("e@example.com")
      .subject("s")
      .text("t")
      .html("<img src=cid:logo>")
      .amp("<html amp4email></html>")
      .watch("<p>")
      .calendar(calendar)
      .attach({ filename: "a.txt", content: "a" })
      .embed({ cid: "logo", content: new Uint8Array([1]), contentType: "image/png" })
      .header("X-A", "1")
      .date(new Date(0))
      .messageId("<m@b>")
      .inReplyTo("<r@b>")
      .references(["<r@b>"])
      .charset("utf-8")
      .envelope({ from: "bounce@example.com" })
      .listUnsubscribe("https://example.com/")
      .priority("high")
      .autoSubmitted("no")
      .with({ textEncoding: "base64", transport: "8bit" })
      .build();
    const input: MessageInput = {
      from: ["ann@example.com", "ben@example.com"],
      sender: "ann@example.com",
      to: "bob@example.com",
      cc: "c@example.com",
      bcc: "d@example.com",
      replyTo: "e@example.com",
      subject: "s",
      text: "t",
      html: "<img src=cid:logo>",
      amp: "<html amp4email></html>",
      watch: "<p>",
      calendar,
      attachments: [
        { filename: "a.txt", content: "a" },
        { cid: "logo", content: new Uint8Array([1]), contentType: "image/png" },
      ],
      headers: { "X-A": "1" },
      date: new Date(0),
      messageId: "<m@b>",
      inReplyTo: "<r@b>",
      references: ["<r@b>"],
      charset: "utf-8",
      envelope: { from: "bounce@example.com" },
      listUnsubscribe: "https://example.com/",
      priority: "high",
      autoSubmitted: "no",
      textEncoding: "base64",
      transport: "8bit",
    };
    expect(built).toEqual(message(input));
    expect(rendered(built)).toBe(rendered(message(input)));
  });

  it("takes a tree", () => {
    const body = { type: "text/plain", content: "x" };
    expect(rendered(compose(base).body(body).build())).toBe(rendered(message({ ...base, body })));
  });

  it("gives a new builder at each step: a base serves many messages", () => {
    const start = compose({ from: "ann@example.com", attachments: [{ filename: "a.txt", content: "a" }] });
    const one = start.to("b@example.com").attach({ filename: "b.txt", content: "b" }).header("X-A", "1");
    const two = start.to("c@example.com").header("X-B", "2");
    expect(one.build().attachments).toHaveLength(2);
    expect(two.build().attachments).toHaveLength(1);
    expect(two.build().to).toEqual([{ address: "c@example.com" }]);
    expect(two.build().headers.map(({ name }) => name)).toEqual(["X-B"]);
  });

  it("adds recipients, attachments and headers to what is there, and sets the rest", () => {
    const built = compose({ ...base, subject: "a", headers: { "X-A": ["1", "2"] } })
      .to("c@example.com", { group: "G", members: ["d@example.com"] })
      .header("X-B", "3")
      .subject("b")
      .build();
    expect(built.to).toHaveLength(3);
    expect(built.subject).toBe("b");
    expect(built.headers.map(({ name }) => name)).toEqual(["X-A", "X-A", "X-B"]);
  });

  it("keeps a list of headers as it is", () => {
    const headers = [{ name: "X-A", value: "1" }];
    compose({ ...base, headers }).header("X-B", "2");
    expect(headers).toHaveLength(1);
    expect(
      compose({ ...base, headers })
        .header("X-A", "2")
        .build().headers,
    ).toHaveLength(2);
  });

  it("throws at build and tells at check, everything at once", () => {
    const wrong = compose().to("nobody").header("X A", "v");
    const expected = ["header.name headers.0", "address.missing from", "address.syntax to"];
    expect(thrown(() => wrong.build())).toEqual(expected);
    expect(wrong.check().issues.map(short)).toEqual(expected);
    expect(compose({ from: "a@example.com" }).to().check().issues.map(short)).toEqual(["address.missing to"]);
  });

  it("checks against the limits of a place", () => {
    const to = Array.from({ length: 51 }, (_, at) => `u${at}@example.com`);
    const draft = compose({ from: "a@example.com" }).to(...to);
    expect(draft.check().ok).toBe(true);
    expect(draft.check(sesV1).issues.map(({ code }) => code)).toContain("limit.recipients");
  });

  it("carries keys that nobody knows to the check", () => {
    const draft = compose(untyped(JSON.parse('{"from":"a@example.com","__proto__":{"bcc":"e@example.com"}}')));
    expect(draft.to("b@example.com").check().issues.map(short)).toEqual(["input.unknown-key __proto__"]);
  });

  it("does not look at its defaults again", () => {
    const defaults = { ...base, subject: "a" };
    const draft = compose(defaults);
    defaults.subject = "b";
    expect(draft.build().subject).toBe("a");
  });
});

describe("check", () => {
  it("gives the same message as message", () => {
    const checked = check(base);
    expect(checked.ok && rendered(checked.value)).toBe(rendered(message(base)));
  });
});
