// Bounces and complaints forwarded by mail: to whom, and when not.
import { describe, expect, it } from "vitest";
import { simpleForm, start } from "../support/helpers.ts";
import { call, mail, sendRaw } from "../support/mail.ts";

const BOUNCE = "bounce@simulator.amazonses.com";

async function feedbackTo(send: (url: string) => Promise<unknown>): Promise<readonly (readonly string[])[]> {
  const { url, inbox } = await start();
  await send(url);
  return inbox.list({ kind: "feedback" }).map(({ recipients }) => recipients);
}

describe("feedback mail", () => {
  it("of SendEmail goes to ReturnPath, else to Source", async () => {
    const form = simpleForm({ "Destination.ToAddresses.member.1": BOUNCE });
    expect(await feedbackTo((url) => call(url, form))).toEqual([["ann@example.com"]]);
    const withPath = { ...form, ReturnPath: "bounces@example.com" };
    expect(await feedbackTo((url) => call(url, withPath))).toEqual([["bounces@example.com"]]);
  });

  it("of SendRawEmail goes to Source, else to the Return-Path field, else to From", async () => {
    const withField = mail({ to: BOUNCE, head: "Return-Path: <field@example.com>\n" });
    const source = { Source: "source@example.com" };
    expect(await feedbackTo((url) => sendRaw(url, withField, source))).toEqual([["source@example.com"]]);
    expect(await feedbackTo((url) => sendRaw(url, withField))).toEqual([["field@example.com"]]);
    expect(await feedbackTo((url) => sendRaw(url, mail({ to: BOUNCE })))).toEqual([["ann@example.com"]]);
  });

  it("is a report of RFC 3464 with the recipient and the head of the message", async () => {
    const { url, inbox } = await start();
    const id = await sendRaw(url, mail({ to: BOUNCE, subject: "Grüße" }));
    const [report] = inbox.list({ kind: "feedback" });
    const email = report?.parse();
    expect(email?.subject).toBe("Delivery Status Notification (Failure)");
    expect(email?.text()).toContain(BOUNCE);
    const parts = (email?.attachments ?? []).map(({ type, content }) => {
      return [type, Buffer.from(content()).toString().replaceAll("\r\n", "\n")] as const;
    });
    expect(parts.map(([type]) => type)).toEqual(["message/delivery-status", "text/rfc822-headers"]);
    expect(parts[0]?.[1]).toContain(`Final-Recipient: rfc822; ${BOUNCE}\nAction: failed\nStatus: 5.1.1`);
    expect(parts[1]?.[1]).toContain(`Message-ID: <${id}@email.amazonses.com>`);
    expect(Buffer.from(report?.raw ?? []).every((octet) => octet < 0x80)).toBe(true);
  });

  it("tells of a complaint too", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ to: "complaint+x@simulator.amazonses.com" }));
    const [report] = inbox.list({ kind: "feedback" });
    expect(Buffer.from(report?.raw ?? []).toString()).toContain("report-type=feedback-report");
  });

  it("ends when forwarding is off and both topics are set, and comes back when a topic is removed", async () => {
    const { url, inbox } = await start();
    const set = (more: Readonly<Record<string, string>>) => call(url, { Identity: "ann@example.com", ...more });
    const topic = { Action: "SetIdentityNotificationTopic", SnsTopic: "arn:aws:sns:us-east-1:123456789012:x" };
    await set({ ...topic, NotificationType: "Bounce" });
    await set({ ...topic, NotificationType: "Complaint" });
    await set({ Action: "SetIdentityFeedbackForwardingEnabled", ForwardingEnabled: "false" });
    await sendRaw(url, mail({ to: BOUNCE }));
    expect(inbox.list({ kind: "feedback" })).toEqual([]);
    expect(inbox.notifications()).toHaveLength(1);
    await set({ Action: "SetIdentityNotificationTopic", NotificationType: "Bounce" });
    await sendRaw(url, mail({ to: BOUNCE }));
    expect(inbox.list({ kind: "feedback" })).toHaveLength(1);
  });

  it("never answers itself", async () => {
    const { url, inbox } = await start();
    await sendRaw(url, mail({ from: BOUNCE, to: BOUNCE }));
    expect(inbox.list().map(({ kind }) => kind)).toEqual(["sent", "feedback"]);
  });
});
