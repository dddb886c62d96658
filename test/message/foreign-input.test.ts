// Input of a program without types: what looks like options and holds none, and what throws when it is looked at.
import { runInNewContext } from "node:vm";
import { check, compose, envelope, MessageError, message, render, toTree } from "mimewright";
import { describe, expect, it } from "vitest";
import { base, issuesOf, rendered, short, thrown, untyped } from "./support.ts";

const html = "<img src=cid:a>";
const leaf = { type: "text/plain", content: "x" };

function detached(): Uint8Array {
  const bytes = new Uint8Array(8);
  structuredClone(bytes, { transfer: [bytes.buffer] });
  return bytes;
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function throwing(key: string): object {
  const get = () => {
    throw new RangeError("mine");
  };
  return Object.defineProperty({}, key, { enumerable: true, get });
}

class Envelope {
  get to() {
    return "eve@example.com";
  }
}

class User {
  address = "eve@example.com";
  get name() {
    return "Eve";
  }
}

class Options {
  text = "own";
  get bcc() {
    return "eve@example.com";
  }
}

describe("what holds no options of its own is refused, not passed over", () => {
  it.each<[string, object, string]>([
    ["headers in a Map", { headers: new Map([["X-A", "b"]]) }, "input.type headers"],
    ["headers in a Headers", { headers: new Headers({ "X-A": "b" }) }, "input.type headers"],
    ["headers that were not awaited", { headers: Promise.resolve({ "X-A": "b" }) }, "input.type headers"],
    ["headers that are inherited", { headers: Object.create({ "X-A": "b" }) }, "input.type headers"],
    ["headers in a String object", { headers: Object("ab") }, "input.type headers"],
    ["an envelope in a Map", { envelope: new Map([["to", "eve@example.com"]]) }, "input.type envelope"],
    ["an envelope that was not awaited", { envelope: Promise.resolve({}) }, "input.type envelope"],
    ["an envelope of getters of a class", { envelope: new Envelope() }, "input.type envelope.to"],
    ["a name from a class", { to: new User() }, "input.type to.name"],
    ["a name from a class, in a list", { to: [new User()] }, "input.type to.0.name"],
    ["an attachment that was not awaited", { attachments: [Promise.resolve({})] }, "input.type attachments.0"],
    ["a calendar that was not awaited", { calendar: Promise.resolve({}) }, "input.type calendar"],
    ["an entry of headers in a Map", { headers: [new Map([["name", "X-A"]])] }, "input.type headers.0"],
  ])("%s", (_, input, issue) => {
    expect(issuesOf(input)).toEqual([issue]);
  });

  it.each<[string, object, string]>([
    ["parameters in a Map", { parameters: new Map([["format", "flowed"]]) }, "input.type body.parameters"],
    ["parameters in a list", { parameters: ["flowed"] }, "input.type body.parameters"],
    ["fields in a Map", { fields: new Map([["X-A", "b"]]) }, "input.type body.fields"],
    ["a hole among the values of a field", { fields: { "X-A": Array(1) } }, "header.value body.fields.X-A.0"],
  ])("%s, in a part", (_, part, issue) => {
    const { issues } = check(untyped({ ...base, body: { ...leaf, ...part } }));
    expect(issues.map(short)).toEqual([issue]);
  });

  it("a blind copy that a class gives its instances", () => {
    const input = Object.assign(new Options(), base);
    expect(check(untyped(input)).issues.map(short)).toEqual(["input.type bcc"]);
    expect(thrown(() => compose(untyped(input)))).toEqual(["input.type bcc"]);
  });

  it.each([null, 5, "text", [], new Map(), Promise.resolve({})])("defaults of a builder: %s", (defaults) => {
    expect(thrown(() => Reflect.apply(compose, undefined, [defaults]))).toEqual(["input.type "]);
    expect(thrown(() => Reflect.apply(compose().with, undefined, [defaults]))).toEqual(["input.type "]);
  });

  it("headers and attachments of another kind, when a builder adds to them", () => {
    for (const headers of ["ab", 5, new Map([["X-A", "b"]]), null]) {
      const { issues } = compose(untyped({ ...base, headers }))
        .header("X-B", "c")
        .check();
      expect(issues.map(short)).toEqual(["input.type headers.0"]);
    }
    const { issues } = compose(untyped({ ...base, attachments: 5 }))
      .attach({ content: "x" })
      .check();
    expect(issues.map(short)).toEqual(["input.type attachments.0"]);
  });
});

describe("what is nothing but its own properties is taken", () => {
  it("from another realm, without a prototype, frozen, or an instance of a class that has them all itself", () => {
    const other: unknown = runInNewContext('({ headers: { "X-A": "b" }, envelope: { to: ["c@example.com"] } })');
    expect(issuesOf(Object(other))).toEqual([]);
    expect(issuesOf({ headers: Object.assign(Object.create(null), { "X-A": "b" }) })).toEqual([]);
    class Own {
      to = "c@example.com";
    }
    expect(issuesOf({ envelope: new Own() })).toEqual([]);
    expect(issuesOf({ headers: Object.freeze({ "X-A": "b" }), envelope: {} })).toEqual([]);
  });

  it("while somebody else spoils Object.prototype", () => {
    for (const key of ["bcc", "name", "to"]) Reflect.set(Object.prototype, key, "eve@example.com");
    try {
      expect(issuesOf({ envelope: { from: "b@example.com" }, headers: { "X-A": "b" } })).toEqual([]);
      expect(message(untyped({ from: { address: "a@example.com" }, to: "b@example.com" })).from).toEqual([
        { address: "a@example.com" },
      ]);
    } finally {
      for (const key of ["bcc", "name", "to"]) Reflect.deleteProperty(Object.prototype, key);
    }
  });

  it("a list without methods", () => {
    const list = Object.setPrototypeOf(["b@example.com", ["c@example.com"]], null);
    const entries = Object.setPrototypeOf([{ name: "X-A", value: "b" }], null);
    const m = message(untyped({ from: "a@example.com", to: list, headers: entries, references: list.slice }));
    expect(m.to).toEqual([{ address: "b@example.com" }, { address: "c@example.com" }]);
    expect(m.headers.map(({ name }) => name)).toEqual(["X-A"]);
  });
});

describe("what throws when it is read is told at its place", () => {
  it.each<[string, unknown, unknown]>([
    ["from", throwing("address"), ["from"]],
    ["to", [revoked([])], ["to"]],
    ["cc", revoked({}), ["cc"]],
    ["calendar", throwing("method"), ["calendar"]],
    ["envelope", revoked({}), ["envelope"]],
    ["headers", throwing("X-A"), ["headers"]],
    ["headers", { "X-A": revoked([]) }, ["headers", "X-A"]],
    ["references", revoked([]), ["references"]],
    ["listUnsubscribe", revoked([]), ["listUnsubscribe"]],
    ["attachments", revoked([]), ["attachments"]],
    ["attachments", [{ content: "x" }, throwing("content")], ["attachments", 1]],
    ["attachments", [{ filename: "a", content: detached() }], ["attachments", 0, "content"]],
    ["attachments", [{ filename: "a", content: detached().buffer }], ["attachments", 0, "content"]],
    ["attachments", [{ filename: "a", content: Object.create(Blob.prototype) }], ["attachments", 0]],
  ])("%s", (option, value, path) => {
    const { issues } = check(untyped({ ...base, html, [option]: value }));
    const found = issues.filter(({ severity }) => severity === "error");
    expect(found).toMatchObject([{ code: "input.unreadable", path }]);
    expect(JSON.stringify(found)).not.toContain("mine");
  });

  it("in a tree", () => {
    const { issues } = check(untyped({ ...base, body: { type: "multipart/mixed", parts: [leaf, throwing("type")] } }));
    expect(issues.map(short)).toEqual(["input.unreadable body.parts.1"]);
  });

  it("with the error as the cause of the MessageError", () => {
    const make = () => message(untyped({ ...base, envelope: throwing("to") }));
    expect(make).toThrow(MessageError);
    expect(make).toThrow(expect.objectContaining({ path: ["envelope"], cause: new RangeError("mine") }));
  });
});

describe("bytes that are none are no empty attachment", () => {
  it("an object that calls itself an ArrayBuffer", () => {
    const content = { [Symbol.toStringTag]: "ArrayBuffer" };
    expect(issuesOf({ attachments: [{ content }] })).toEqual(["attachment.content attachments.0.content"]);
  });

  it("a view that a resize left behind", () => {
    const buffer = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 16 }]);
    const content = new Uint8Array(buffer, 8, 8);
    buffer.resize(4);
    expect(issuesOf({ attachments: [{ content }] })).toEqual(["input.unreadable attachments.0.content"]);
  });

  it("but an empty view is one", () => {
    for (const content of [new Uint8Array(), new DataView(new ArrayBuffer(0)), new ArrayBuffer(0)]) {
      expect(rendered(message(untyped({ ...base, attachments: [{ content }] })))).toContain("attachment-1.bin");
    }
  });
});

describe("what this library made is no input, and one issue says what to do with it", () => {
  const made = message(untyped({ ...base }));
  const mail = render(made);

  it("in message(): a message, a rendered message, a copy of it", () => {
    expect(() => message(untyped(made))).toThrow("input.type: this is a message already (give it to what sends");
    for (const one of [mail, { ...mail }]) {
      expect(() => message(untyped(one))).toThrow("input.type: this is a rendered message (give it to what sends");
    }
  });

  it("where a message is asked for: a rendered one has it", () => {
    for (const call of [envelope, toTree]) {
      expect(() => Reflect.apply(call, undefined, [mail])).toThrow(
        "(this one is rendered: give its message, as in mail.message)",
      );
      expect(() => Reflect.apply(call, undefined, [mail.message])).not.toThrow();
    }
    expect(() => Reflect.apply(envelope, undefined, [new Uint8Array(1)])).toThrow("sendRaw({ raw, envelope })");
    expect(() => Reflect.apply(envelope, undefined, [[made]])).toThrow("sendAll()");
  });
});
