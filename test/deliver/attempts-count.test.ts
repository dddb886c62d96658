// What `attempts` of a result counts: calls that were begun, however many groups they left.
import { sesV1 } from "mimewright";
import { type MailTransport, type SendResult, sender } from "mimewright/ses";
import { describe, expect, it } from "vitest";

const to = ["bob@example.com", "eve@example.com", "zoe@example.com"];
const mail = {
  raw: new TextEncoder().encode("From: ann@example.com\r\n\r\nx\r\n"),
  envelope: { from: "ann@example.com", to },
};

/** Takes a message for the first recipient of a call alone. */
const picky: MailTransport = {
  ...{ name: "picky", limits: { ...sesV1, recipients: 2 }, fields: new Set() },
  async send({ recipients }, { beforeFirstByte }) {
    await beforeFirstByte();
    const refused = recipients
      .slice(1)
      .map((recipient) => ({ recipient, again: "never", code: "550", message: "no such mailbox" }) as const);
    return { kind: "sent", messageId: "1", refused };
  },
};

const shown = ({ status, attempts, groups }: SendResult) => [status, attempts, groups?.length];

describe("attempts of a result", () => {
  it("are 1 of one call, though it left several groups", async () => {
    const one = sender({ transport: { ...picky, limits: sesV1 } });
    expect(shown(await one.sendRaw(mail))).toEqual(["partial", 1, 2]);
    await one.close();
  });

  it("are the calls of all groups of a split message", async () => {
    const split = sender({ transport: picky, split: "envelope" });
    expect(shown(await split.sendRaw(mail))).toEqual(["partial", 2, 3]);
    await split.close();
  });
});
