import { type AttachmentInput, MessageError, message, OptionError, render, toBytes } from "mimewright";
import { expect, it } from "vitest";

const to = { from: "a@example.com", to: "b@example.com" };
const text = new TextEncoder();

function outputOf(attachments: readonly AttachmentInput[], now = () => new Date(0)): string {
  return Buffer.from(toBytes({ ...to, attachments }, { seed: "s", now })).toString("latin1");
}

it("octets that an encoding was checked for are written as they were checked, whatever the clock does", () => {
  const content = text.encode("seven\r\n");
  const now = () => {
    content.fill(0x80);
    return new Date(0);
  };
  expect(outputOf([{ filename: "a.txt", encoding: "7bit", content }], now)).toMatch(/\r\n\r\nseven\r\n$/);
});

it("an enclosed message is written as it was checked, whatever a getter behind it does", () => {
  const content = text.encode("From: c@example.com\r\n\r\nkept\r\n");
  const later = {
    get filename(): string {
      content.fill(0x0a);
      return "b.bin";
    },
    content: new Uint8Array(1),
  };
  expect(outputOf([{ contentType: "message/rfc822", content }, later])).toContain("\r\n\r\nkept\r\n");
});

it("a buffer to write into that shares memory with what is attached is refused, a neighbour is not", () => {
  const memory = new ArrayBuffer(4000);
  const attachments = [{ filename: "a.bin", content: new Uint8Array(memory, 0, 100) }];
  expect(() => toBytes({ ...to, attachments }, { into: new Uint8Array(memory, 99) })).toThrow(OptionError);
  expect(toBytes({ ...to, attachments }, { into: new Uint8Array(memory, 100) }).byteOffset).toBe(100);
});

it("input that throws when it is asked for its sender is a MessageError", () => {
  const { proxy, revoke } = Proxy.revocable({ ...to }, {});
  revoke();
  expect(() => toBytes(proxy)).toThrow(MessageError);
});

it("what is on Object.prototype has no part in what is rendered", () => {
  const m = message({ ...to, text: "x" });
  for (const name of ["value", "get"]) {
    Object.defineProperty(Object.prototype, name, { value: () => 1, configurable: true });
    let type = "";
    try {
      type = render(m).tree.type;
    } finally {
      Reflect.deleteProperty(Object.prototype, name);
    }
    expect(type).toBe("text/plain");
  }
});
