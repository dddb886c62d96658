// The null reverse-path of notifications and automatic replies: SMTP takes it, Amazon SES does not. RFC 5321 s4.5.5.
import { check, envelope, message, sesV1, sesV2, smtp, splitRecipients } from "mimewright";
import { fromNodemailer, sesTransport, toNodemailer } from "mimewright/nodemailer";
import { sendRawEmailInput, sesSender } from "mimewright/ses";
import nodemailer from "nodemailer";
import { describe, expect, it } from "vitest";
import { base, issuesOf, made, rejected, short } from "./support.ts";

const input = { ...base, text: "x", envelope: { from: "" } };

describe("envelope.from", () => {
  it.each(["", "<>", null])("takes the null reverse-path: %j", (from) => {
    const m = made({ text: "x", envelope: { from } });
    expect(envelope(m)).toEqual({ from: "", to: ["bob@example.com"] });
    expect(m.issues).toEqual([]);
    expect(splitRecipients(m, 1)[0]?.envelope.from).toBe("");
  });

  it.each([" ", "<", "<> ", "< >", "<>\r\nRCPT TO:<e@example.com>", [], {}])(
    "takes no other text for it: %j",
    (from) => {
      expect(issuesOf({ envelope: { from } })).not.toEqual([]);
    },
  );

  it("is not the null reverse-path by mistake: From and Sender stay addresses", () => {
    expect(issuesOf({ from: "" })[0]).toMatch(/^address\./);
    expect(issuesOf({ sender: "" })[0]).toMatch(/^address\./);
  });

  it("passes the profile of SMTP and none of SES", () => {
    expect(check(input, smtp).issues.filter(({ severity }) => severity === "error")).toEqual([]);
    for (const profile of [sesV1, sesV2]) {
      expect(check(input, profile).issues.map(short)).toContain("envelope.null envelope.from");
      expect(check(input, { ...profile, nullSender: true }).issues.map(short)).not.toContain(
        "envelope.null envelope.from",
      );
    }
  });

  it("goes to nodemailer as the sender of nobody", async () => {
    const sent: unknown[] = [];
    const transporter = nodemailer.createTransport({
      name: "test",
      version: "1",
      send(mail: { message: { getEnvelope(): unknown } }, done: (error: null, info: object) => void) {
        sent.push(mail.message.getEnvelope());
        done(null, {});
      },
    } as never);
    await transporter.sendMail(toNodemailer(message(input)) as never);
    expect(sent).toEqual([{ from: false, to: ["bob@example.com"] }]);
    for (const from of ["", false, null, "<>"]) {
      expect(
        message(fromNodemailer({ ...base, text: "x", envelope: { from, to: "c@example.com" } })).envelope?.from,
      ).toBe("");
    }
  });

  it("is refused by everything that sends through SES, before anything is sent", async () => {
    const client = {
      config: {},
      send: () => {
        throw new Error("nothing is sent");
      },
    };
    const raw = new TextEncoder().encode("From: a@example.com\r\nTo: b@example.com\r\n\r\nx\r\n");
    const to = ["b@example.com"];
    const sender = sesSender({ client: client as never, limits: { ...sesV1, nullSender: true } });
    const refused = ["envelope.null envelope.from"];
    expect(await rejected(sender.send(message(input)))).toEqual(refused);
    expect(await rejected(sender.sendRaw({ raw, envelope: { from: "", to } }))).toEqual(refused);
    expect(await rejected(sendRawEmailInput(message(input)))).toEqual(refused);
    const transporter = nodemailer.createTransport(sesTransport({ client: client as never }) as never);
    const mail = { from: "a@example.com", to, subject: "s", text: "x", envelope: { from: "", to } };
    await expect(transporter.sendMail(mail as never)).rejects.toMatchObject({ code: "envelope.null" });
  });
});
