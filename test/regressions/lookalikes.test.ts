// Text that looks like an encoded-word, in places where no encoded-word may stand and none can be written: readers
// decode it all the same (CPython ends with ValueError, mailparser loses the address), so it is refused. RFC 2047 s5.
import { describe, expect, it } from "vitest";
import { errors } from "./helpers.ts";

const WORD = "=?utf-8?Q?=0D=0ABcc:_x?=";
const ATOMS = "=?utf-8?Q?=0D=0A?=";

describe("what looks like an encoded-word is refused", () => {
  it.each([
    ["in a local part", { to: `${ATOMS}@example.com` }, "to"],
    ["in the local part of an object", { to: { address: `${ATOMS}@example.com` } }, "to.address"],
    ["in a quoted local part", { to: `"a ${WORD}"@example.com` }, "to"],
    ["in a message id", { messageId: `<${ATOMS}@example.com>` }, "messageId"],
    ["in a reference", { references: [`<${ATOMS}@example.com>`] }, "references.0"],
    ["in a Content-ID", { attachments: [{ cid: ATOMS, content: "x" }] }, "attachments.0.cid"],
    ["in a structured field", { headers: { Importance: `high ${WORD}` } }, "headers.Importance"],
    ["in a field that steers SES", { headers: { "X-SES-MESSAGE-TAGS": `a=b ${WORD}` } }, "headers.X-SES-MESSAGE-TAGS"],
  ])("%s", (_place, input, path) => {
    expect(errors(input).map((issue) => issue.split(" ")[1])).toEqual([path]);
  });
});
