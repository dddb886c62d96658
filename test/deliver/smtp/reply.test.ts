import { expect, test } from "vitest";
import { readRefusal, readReply, sentId } from "../../../src/deliver/smtp/reply.ts";

const raw = new TextEncoder().encode("Message-ID: <own@example.com>\r\n\r\nx\r\n");

// Replies as the servers write them.
test.each([
  ["250 2.0.0 Ok: queued as 4XyZ12k3", "4XyZ12k3"],
  ["250 OK id=1rAbCd-000xyz-1X", "1rAbCd-000xyz-1X"],
  ["250 2.0.0 4AUHx1x2012345 Message accepted for delivery", "4AUHx1x2012345"],
  ["250 2.0.0 OK <id@host.prod.outlook.com> [Hostname=x]", "id@host.prod.outlook.com"],
  ["250 Ok 0102018f5c3c0a4f-1a2b-000000", "0102018f5c3c0a4f-1a2b-000000"],
  ["250 Message Queued (5A6B.1)", "5A6B.1"],
  ["250 2.0.0 OK  1712345678 d2e1a72fcca58-6ed - gsmtp", "d2e1a72fcca58-6ed"],
  ["250 ok 1700000000 qp 12345", "12345"],
  ["250 OK", "<own@example.com>"],
])("the id of the queue in %s", (reply, id) => {
  expect(sentId(reply, raw)).toBe(id);
});

test("without a queue id and a Message-ID the reply stands for the id", () => {
  expect(sentId("250 accepted for ann@example.com", new Uint8Array())).toBe("250 accepted for [address]");
});

test("a refusal has a whole code of 4yz or 5yz", () => {
  expect(readReply("550-5.1.1 a\n550 b")).toEqual({ code: "550", status: "5.1.1", text: "a" });
  for (const reply of ["55", "250 ok", "5500 x", "huh", "", undefined]) expect(readRefusal(reply)).toBeUndefined();
});
