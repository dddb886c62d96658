// Message tags as SES takes them (answers of the service, 2024-07): one table for parameters, fields and the endpoint.
import { checkLimits, message, sesV1, sesV2, smtp } from "mimewright";
import { startLocalSes } from "mimewright/local";
import { sesTransport } from "mimewright/nodemailer";
import { sendRawEmailInput, sesHttpClient, sesSender } from "mimewright/ses";
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { tagFault } from "../../src/mail/limits/ses.ts";

const good: readonly (readonly [string, string])[] = [
  ["campaign", "spring.sale"],
  ["to", "ann.o_neil@example.com"],
  ["a-b_C9", "2026-11-30"],
  ["ses:feedback-id-a", "sender.example"],
  ["ses:feedback-id-b", "x@y"],
  ["n".repeat(255), "v".repeat(255)],
];
const bad: readonly (readonly [string, string, string])[] = [
  ["", "v", "The tag name must be specified."],
  ["n".repeat(256), "v", "Tag name cannot exceed 255 characters."],
  ["a.b", "v", "Invalid tag name <a.b>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  ["a@b", "v", "Invalid tag name <a@b>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  ["ses:from", "v", "Invalid tag name <ses:from>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
  [
    "ses:feedback-id-c",
    "v",
    "Invalid tag name <ses:feedback-id-c>: only alphanumeric ASCII characters, '_',  '-' are allowed.",
  ],
  [
    "SES:feedback-id-a",
    "v",
    "Invalid tag name <SES:feedback-id-a>: only alphanumeric ASCII characters, '_',  '-' are allowed.",
  ],
  ["n", "", "The tag value must be specified."],
  ["n", "v".repeat(256), "Tag value cannot exceed 255 characters."],
  ["n", "a:b", "Invalid tag value <a:b>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed."],
  ["n", "a b", "Invalid tag value <a b>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed."],
  ["n", "é", "Invalid tag value <é>: only alphanumeric ASCII characters, '_',  '-' , '.', '@' are allowed."],
  ["b:c", "a:b", "Invalid tag name <b:c>: only alphanumeric ASCII characters, '_',  '-' are allowed."],
];
const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
const mail = { from: "ann@example.com", to: "bob@example.com", subject: "Tags", text: "x" };

describe("a tag", () => {
  it.each(good)("%s=%s goes through sender, transport and endpoint, over both APIs", async (name, value) => {
    const ses = await startLocalSes();
    for (const api of ["v1", "v2"] as const) {
      const client = sesHttpClient({ region: "us-east-1", endpoint: ses.url, credentials, api });
      const sender = sesSender({ client, tags: { [name]: value } });
      expect(await sender.send(message(mail))).toMatchObject({ status: "sent" });
      await createTransport(sesTransport({ client })).sendMail({
        ...mail,
        ses: { Tags: [{ Name: name, Value: value }] },
      });
      await sender.close();
    }
    const found = ses.inbox.list();
    await ses.close();
    expect(found).toHaveLength(4);
    for (const { tags } of found) expect(tags).toEqual([{ name, value }]);
  });

  it.each(good)("%s=%s may stand in X-SES-MESSAGE-TAGS", async (name, value) => {
    const ses = await startLocalSes();
    const m = message({ ...mail, headers: { "X-SES-MESSAGE-TAGS": `${name}=${value}` } });
    for (const limits of [sesV1, sesV2, smtp]) expect(checkLimits(m, limits)).toEqual([]);
    const client = sesHttpClient({ region: "us-east-1", endpoint: ses.url, credentials });
    const sender = sesSender({ client });
    expect(await sender.send(m)).toMatchObject({ status: "sent" });
    await sender.close();
    const [sent] = ses.inbox.list();
    await ses.close();
    expect(sent?.tags).toEqual([{ name, value }]);
  });

  it.each(bad)("%j=%j is refused before the network", async (name, value) => {
    const refusal = { name: "MessageError", code: "limit.tag", path: ["tags", name] };
    const client = sesHttpClient({ region: "us-east-1", endpoint: "http://127.0.0.1:9", credentials });
    const sender = sesSender({ client });
    const raw = new TextEncoder().encode("From: a@example.com\r\n\r\nx");
    const envelope = { from: "a@example.com", to: ["b@example.com"] };
    const tags = { [name]: value };
    await expect(sender.send(message(mail), { tags })).rejects.toMatchObject(refusal);
    await expect(sender.sendRaw({ raw, envelope }, { tags })).rejects.toMatchObject(refusal);
    await expect(sendRawEmailInput(message(mail), { tags })).rejects.toMatchObject(refusal);
    const mailer = createTransport(sesTransport({ client }));
    const given = { ...mail, ses: { EmailTags: [{ Name: name, Value: value }] } };
    await expect(mailer.sendMail(given)).rejects.toMatchObject({ code: "limit.tag" });
  });

  it.each(bad)("%j=%j is refused by the endpoint in the service's words", async (name, value, text) => {
    const ses = await startLocalSes();
    const post = async (path: string, body: string, type: string) =>
      (await fetch(`${ses.url}${path}`, { method: "POST", body, headers: { "content-type": type } })).text();
    const Data = Buffer.from("From: a@example.com\r\nTo: b@example.com\r\n\r\nx").toString("base64");
    const json = { Content: { Raw: { Data } }, EmailTags: [{ Name: name, Value: value }] };
    const v2 = await post("/v2/email/outbound-emails", JSON.stringify(json), "application/json");
    const form = new URLSearchParams({
      ...{ Action: "SendRawEmail", "RawMessage.Data": Data },
      ...{ "Tags.member.1.Name": name, "Tags.member.1.Value": value },
    });
    const v1 = await post("/", form.toString(), "application/x-www-form-urlencoded");
    await ses.close();
    expect(JSON.parse(v2)).toEqual({ message: text });
    expect(
      v1.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&apos;", "'").replaceAll("&#39;", "'"),
    ).toContain(`<Code>InvalidParameterValue</Code><Message>${text}</Message>`);
  });

  it("says of which part of it a limit speaks", () => {
    const told = (tags: string) => checkLimits(message({ ...mail, headers: { "X-SES-MESSAGE-TAGS": tags } }), sesV1)[0];
    expect(told("a=b, c.d=e")?.message).toMatch(/^tag 2: a tag's name is 1 to 255 of/);
    expect(told("a=b:c")?.message).toMatch(/^tag 1: a tag's value is 1 to 255 of/);
    expect(told("a")?.message).toBe("tag 1: it is not name=value");
  });

  it("has one value: a second one of the same name is not lost in silence", async () => {
    const client = sesHttpClient({ region: "us-east-1", endpoint: "http://127.0.0.1:9", credentials });
    const mailer = createTransport(sesTransport({ client }));
    const twice = [
      { Name: "a", Value: "1" },
      { Name: "a", Value: "2" },
    ];
    const lists = [{ Tags: twice }, { Tags: twice.slice(0, 1), EmailTags: twice.slice(1) }];
    for (const ses of lists)
      await expect(mailer.sendMail({ ...mail, ses })).rejects.toMatchObject({ code: "limit.tag" });
  });

  it("follows a profile of one's own", () => {
    expect(tagFault("value", "abcd", 3)).toBe("too-long");
    expect(tagFault("value", "abc", 3)).toBeUndefined();
  });
});
