// What somebody put on Object.prototype is not the caller's word: it changes no byte and no recipient.
import { envelope, toBytes } from "mimewright";
import { describe, expect, it } from "vitest";
import { message, OPTIONS } from "./helpers.ts";

const EVIL = "evil@example.net";
const GADGETS: readonly (readonly [key: string, value: unknown])[] = [
  ["bcc", [{ address: EVIL }]],
  ["cc", [{ address: EVIL }]],
  ["replyTo", [{ address: EVIL }]],
  ["sender", { address: EVIL }],
  ["envelope", { from: EVIL, to: [EVIL] }],
  ["subject", "evil"],
  ["amp", "<evil>"],
  ["watch", "<evil>"],
  ["calendar", { method: "REQUEST", content: "evil" }],
  ["body", { type: "text/plain", content: "evil" }],
  ["messageId", "<evil@example.net>"],
  ["inReplyTo", ["<evil@example.net>"]],
  ["references", ["<evil@example.net>"]],
  ["date", 1],
  ["cid", "evil"],
  ["id", "evil"],
  ["filename", "evil"],
  ["description", "evil"],
  ["size", 666],
  ["modificationDate", 1],
  ["encoding", "base64"],
  ["textEncoding", "base64"],
  ["disposition", "inline"],
  ["idDomain", "evil.example"],
  ["legacyNames", true],
  ["name", "evil"],
  ["path", "/etc/passwd"],
  ["href", "http://example.net/"],
];

function outcome(): string {
  const m = message({
    to: { address: "b@example.com" },
    text: "hi",
    html: "<p>hi",
    attachments: [{ filename: "jõgeva.txt", content: "x" }],
  });
  return `${JSON.stringify(envelope(m))}\n${Buffer.from(toBytes(m, OPTIONS)).toString("latin1")}`;
}

describe("a polluted Object.prototype", () => {
  const clean = outcome();

  it.each(GADGETS)("changes nothing by %s", (key, value) => {
    Object.defineProperty(Object.prototype, key, { value, configurable: true, writable: true, enumerable: false });
    let polluted: string;
    try {
      polluted = outcome();
    } finally {
      Reflect.deleteProperty(Object.prototype, key);
    }
    expect(polluted).toBe(clean);
  });
});
