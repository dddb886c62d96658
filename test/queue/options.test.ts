import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { connectionOption, demand, missing } from "../../src/deliver/queue/connection.ts";
import { idOfKey, keyOption, nameOption, queueKeys } from "../../src/deliver/queue/keys.ts";
import { readEnqueueOptions, readQueueOptions } from "../../src/deliver/queue/queue-options.ts";
import { readWorkerOptions } from "../../src/deliver/queue/worker-options.ts";
import type { Reader } from "../../src/given.ts";
import { IssueList, OptionError } from "../../src/issues.ts";
import { clients } from "../faults/clients.ts";

function read<T>(reader: Reader<T>, value: unknown): T | undefined {
  return reader(value, new IssueList().root);
}

const client = clients["http v1"]("http://127.0.0.1:1");

describe("a missing package", () => {
  it.each(["ERR_MODULE_NOT_FOUND", "MODULE_NOT_FOUND"])("is named, with what installs it, after %s", (code) => {
    // On some runtimes it is no Error.
    expect(missing("bullmq", { code })).toMatchObject({
      name: "QueueError",
      code: "queue.peer",
      message: "bullmq is not installed: npm install bullmq ioredis",
    });
  });

  it("of an older release is told as such: the range of peers keeps none out", () => {
    expect(() => demand(false, "bullmq 6")).toThrow(
      expect.objectContaining({ code: "queue.peer", message: expect.stringMatching(/^bullmq 6 or newer is needed/) }),
    );
  });

  it("is not blamed for what a package that is there does wrong", () => {
    const broken = new SyntaxError("broken");
    expect(missing("bullmq", broken)).toBe(broken);
  });
});

describe("keys", () => {
  it("give ids that BullMQ takes, and no two keys the same", () => {
    const key = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cs}/u.test(text));
    fc.assert(
      fc.property(key, key, (one, other) => {
        expect(idOfKey(one)).toMatch(/^key-[^:]+$/);
        expect(idOfKey(one) === idOfKey(other)).toBe(one === other);
      }),
    );
  });

  it("have 1 to 256 characters, and bytes", () => {
    expect(read(keyOption, "x".repeat(256))).toBe("x".repeat(256));
    for (const key of ["", "x".repeat(257), "\ud800", 5]) expect(read(keyOption, key)).toBeUndefined();
    expect(() => readEnqueueOptions({ key: "" })).toThrow(
      "input.option at key: expected a string of 1 to 256 characters",
    );
  });

  it("of Redis begin with prefix and name, as BullMQ's own do", () => {
    const keys = queueKeys("{p}", "mail");
    const all = [keys.job("1"), keys.lock("1"), keys.totals, keys.campaign("c"), keys.campaigns, keys.blob("h")];
    expect(all.every((key) => key.startsWith("{p}:mail:"))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe("names", () => {
  it("hold no colon, which parts BullMQ's keys", () => {
    expect(read(nameOption, "spring-2026.a_b@c")).toBe("spring-2026.a_b@c");
    for (const name of ["", "a:b", "a b", "x".repeat(129)]) expect(read(nameOption, name)).toBeUndefined();
  });
});

describe("options", () => {
  it("that do not exist, or are out of bounds, are refused", () => {
    expect(() => readQueueOptions({ payloadBytes: 0 })).toThrow(OptionError);
    expect(() => readQueueOptions({ name: "a:b" })).toThrow(OptionError);
    expect(() => readEnqueueOptions({ priority: 2_097_151 })).not.toThrow();
    expect(() => readEnqueueOptions({ priority: 2_097_152 })).toThrow(OptionError);
    expect(() => readEnqueueOptions({ delay: -1 })).toThrow(OptionError);
    expect(() => readEnqueueOptions({ colour: "red" } as object)).toThrow(OptionError);
    expect(() => readWorkerOptions({ client, rate: 0 })).toThrow(OptionError);
    expect(() => readWorkerOptions({ client, runs: 0 })).toThrow(OptionError);
    expect(() => readWorkerOptions({ client, lock: 999 })).toThrow(OptionError);
  });

  it("part what is for the queue from what is for the service", () => {
    const { fields, ...own } = readEnqueueOptions({ key: "k", campaign: "c", tags: { a: "b" }, configurationSet: "s" });
    expect(own).toEqual({ key: "k", campaign: "c", priority: 0, delay: 0 });
    expect(fields).toEqual({ tags: { a: "b" }, configurationSet: "s" });
  });

  it("of a worker keep to the account's quota unless they say otherwise", () => {
    expect(readWorkerOptions({ client })).toMatchObject({
      ...{ rate: "quota", reserve: undefined },
      sender: { onAmbiguous: "report" },
    });
    expect(readWorkerOptions({ client, rate: "unlimited", quota: {} })).toMatchObject({ rate: undefined, reserve: 0 });
  });

  it("of a worker name one way to send: a client of SES, or a transport", () => {
    const transport = readWorkerOptions({ client }).transport;
    expect(readWorkerOptions({ transport }).transport).toBe(transport);
    expect(() => readWorkerOptions({ client, transport })).toThrow(
      "input.option at transport: there is a client and a transport (give one of them",
    );
    expect(() => readWorkerOptions({})).toThrow("there is no client");
    const wrong = () => Reflect.apply(readWorkerOptions, undefined, [{ sender: {}, client }]);
    expect(wrong).toThrow('unknown option "sender" (give client, or transport');
    expect(() => readWorkerOptions(Object({ transport: {} }))).toThrow("expected a transport");
  });

  it("of a worker keep to a quota only where the transport has one", () => {
    const { quota: _, ...relay } = readWorkerOptions({ client }).transport;
    const transport = { ...relay, name: "relay" };
    expect(readWorkerOptions({ transport }).rate).toBeUndefined();
    expect(readWorkerOptions({ transport, rate: 5 }).rate).toBe(5);
    expect(() => readWorkerOptions({ transport, rate: "quota" })).toThrow("relay has no quota");
  });

  it("of a connection are a URL of Redis or an object", () => {
    const url = "rediss://user:secret@redis.example.com:6380/1";
    expect(read(connectionOption, url)).toBe(url);
    expect(read(connectionOption, { host: "redis.example.com" })).toEqual({ host: "redis.example.com" });
    for (const text of ["127.0.0.1", "http://127.0.0.1", "redis", null])
      expect(read(connectionOption, text)).toBeUndefined();
  });

  it("that cannot be used are reported all at once, and a password in a URL is not shown", () => {
    const wrong = { connection: "http://:secret@a", name: "a:b", runs: 0, keep: { sent: { count: "5" } }, acount: "a" };
    try {
      readWorkerOptions({ client, ...Object(wrong) });
      expect.unreachable();
    } catch (error) {
      expect(String(error)).not.toContain("secret");
      const places = error instanceof OptionError ? error.issues.map(({ path }) => path.join(".")) : [];
      expect(places).toEqual(["acount", "connection", "name", "runs", "keep.sent.count"]);
    }
  });
});
