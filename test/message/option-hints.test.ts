// Words of nodemailer, SendGrid, Mailgun, Resend, Postmark, the AWS SDK and mailgen: each says what to write here.
import { check, compose, type MessageInput } from "mimewright";
import { describe, expect, it } from "vitest";
import { formatPath } from "../../src/issues/wording.ts";

const mail = { from: "ann@example.com", to: "bob@example.com", subject: "Hi", text: "Hello" };

/** What is said about a key that was added to otherwise good input, as text and hint. */
function saidOf(input: unknown, path: string): string {
  const { issues } = check(input as MessageInput);
  const found = issues.find((issue) => issue.code === "input.unknown-key" && formatPath(issue.path) === path);
  return `${found?.message} ${found?.hint ?? ""}`;
}

describe("an option of another library in a message", () => {
  it.each([
    ["attachment", 'did you mean "attachments"?'],
    ["Attachments", 'did you mean "attachments"?'],
    ["replyto", 'did you mean "replyTo"?'],
    ["reply_to", 'did you mean "replyTo"?'],
    ["reply-to", 'did you mean "replyTo"?'],
    ["CC", 'did you mean "cc"?'],
    ["From", 'did you mean "from"?'],
    ["Subject", 'did you mean "subject"?'],
    ["message_id", 'did you mean "messageId"?'],
    ["file", "use attachments: [await file(path)]"],
    ["path", "use attachments: [await file(path)]"],
    ["raw", "sendRaw(bytes)"],
    ["icalEvent", "use calendar: { method, content }"],
    ["alternatives", "use body:"],
    ["list", "use listUnsubscribe, or headers"],
    ["dkim", "sign the finished message"],
    ["encoding", "use textEncoding or charset"],
    ["attachDataUrls", "leave it out"],
    ["HtmlBody", "use html"],
    ["html_body", "use html"],
    ["TextBody", "use text"],
    ["message", "use text or html"],
    ["content", "use text or html"],
    ["react", "html: await render(element)"],
    ["template", "render it first"],
    ["templateId", "render it first"],
    ["dynamic_template_data", "render it first"],
    ["TemplateAlias", "render it first"],
    ["intro", "mailgen.generate"],
    ["personalizations", "one message for each reader"],
    ["recipient", "use to"],
    ["ToAddresses", "use to"],
    ["email", "use to"],
    ["Source", "use from: { name, address }"],
    ["fromName", "use from: { name, address }"],
    ["ReplyToAddresses", "use replyTo"],
    ["h:Reply-To", "use replyTo"],
    ["returnPath", "use envelope: { from }"],
    ["title", "use subject"],
    ["inline", "use attachments with a cid"],
    ["tags", "option of send(): tags"],
    ["o:tag", "option of send(): tags"],
    ["categories", "option of send(): tags"],
    ["ConfigurationSetName", "option of send()"],
    ["MessageStream", "option of send()"],
    ["sendAt", "use the outbox or the queue"],
    ["scheduled_at", "use the outbox or the queue"],
    ["TrackOpens", "leave it out"],
  ])("%s: %s", (key, answer) => {
    expect(saidOf({ ...mail, [key]: "x" }, formatPath([key]))).toContain(answer);
  });

  it("is answered in the builder as well", () => {
    const checked = compose({ ...mail, HtmlBody: "x" } as object)
      .with({ react: "x" } as object)
      .check();
    expect(checked.issues.map(({ hint }) => hint)).toEqual([
      "use html",
      expect.stringContaining("html: await render(element)"),
    ]);
  });
});

describe("an option of another library in an attachment", () => {
  it.each([
    ["name", "use filename"],
    ["Name", "use filename"],
    ["fileName", 'did you mean "filename"?'],
    ["file_name", 'did you mean "filename"?'],
    ["type", "use contentType"],
    ["mimeType", "use contentType"],
    ["mime_type", "use contentType"],
    ["content_type", 'did you mean "contentType"?'],
    ["path", "use file(path)"],
    ["href", "give the bytes as content"],
    ["file", "use filename"],
    ["data", "use content"],
    ["base64", 'with encoding: "base64"'],
    ["contentId", "use cid"],
    ["ContentID", "use cid"],
    ["content_id", "use cid"],
    ["inline_content_id", "use cid"],
    ["contentDisposition", "use disposition"],
    ["contentTransferEncoding", "use encoding"],
    ["inline", 'use disposition: "inline"'],
    ["raw", "give the bytes as content"],
  ])("%s: %s", (key, answer) => {
    const attachments = [{ filename: "a.txt", content: "x", [key]: "x" }];
    expect(saidOf({ ...mail, attachments }, `attachments[0].${key}`)).toContain(answer);
  });
});

describe("an option of another library deeper in the input", () => {
  const leaf = { type: "text/plain", content: "x" };
  it.each<[string, object, string]>([
    ["body.contentType", { body: { ...leaf, contentType: "text/html" } }, "use type"],
    ["body.headers", { body: { ...leaf, headers: {} } }, "use fields"],
    ["body.cid", { body: { ...leaf, cid: "x" } }, "use id"],
    ["body.children", { body: { type: "multipart/mixed", parts: [leaf], children: [] } }, "use parts"],
    ["body.parts[0].name", { body: { type: "multipart/mixed", parts: [{ ...leaf, name: "x" }] } }, "use filename"],
    ["calendar.ics", { calendar: { method: "REQUEST", content: "x", ics: "x" } }, "use content"],
    ["envelope.mailFrom", { envelope: { mailFrom: "a@example.com" } }, "use from"],
    ["envelope.rcptTo", { envelope: { rcptTo: "a@example.com" } }, "use to"],
    ["to.email", { to: { email: "a@example.com" } }, "use address"],
    ["to[1].displayName", { to: ["b@example.com", { address: "a@example.com", displayName: "A" }] }, "use name"],
  ])("%s", (path, change, answer) => {
    expect(saidOf({ ...mail, text: undefined, ...change }, path)).toContain(answer);
  });
});

describe("a name that no library has", () => {
  it("is answered with the options that there are, where they are few", () => {
    expect(saidOf({ ...mail, envelope: { zzz: 1 } }, "envelope.zzz")).toContain("the options are from, to");
  });
});

describe("a header field as nodemailer lists it", () => {
  it("has its name in name", () => {
    const input = { ...mail, headers: [{ key: "X-Campaign", value: "spring" }] };
    expect(saidOf(input, "headers[0].key")).toContain("use name");
  });
});
