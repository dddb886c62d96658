import { SESClient, SendRawEmailCommand } from "@aws-sdk/client-ses";
import { message, sesV1, toBytes } from "mimewright";
import { rawMessage, rawMessageBase64, sendRawEmailInput } from "mimewright/ses";
import { describe, expect, it } from "vitest";

const base = { from: "Ann <ann@example.com>", to: "bob@example.com", subject: "Hi", text: "Hello\n" };
const options = { seed: "s", now: () => new Date(0) };

describe("rawMessage", () => {
  it("holds the bytes of the message, not encoded again", async () => {
    const m = message(base);
    expect(await rawMessage(m, options)).toEqual({ Data: toBytes(m, options) });
  });

  it("waits for sources", async () => {
    const m = message({ ...base, attachments: [{ filename: "a.txt", content: new Blob(["file"]) }] });
    const { Data } = await rawMessage(m, options);
    expect(new TextDecoder().decode(Data)).toContain(btoa("file"));
  });

  it("refuses a message over the limit before a source is opened", async () => {
    let opened = 0;
    const open = () => {
      opened++;
      return [new Uint8Array(11_000_000)];
    };
    const m = message({ ...base, attachments: [{ filename: "a.bin", content: { size: 11_000_000, open } }] });
    await expect(rawMessage(m)).rejects.toMatchObject({ code: "limit.bytes" });
    expect(opened).toBe(0);
  });

  it("stops reading a source of unknown size at the limit", async () => {
    let given = 0;
    const m = message({
      ...base,
      attachments: [
        {
          filename: "a.bin",
          content: async function* () {
            for (; given < 100; given++) yield new Uint8Array(1_000_000);
          },
        },
      ],
    });
    await expect(rawMessage(m)).rejects.toMatchObject({ code: "limit.bytes" });
    expect(given).toBeLessThan(9);
  });

  it("in base64 decodes to the same bytes", async () => {
    const m = message(base);
    expect(Buffer.from(await rawMessageBase64(m, options), "base64")).toEqual(Buffer.from(toBytes(m, options)));
  });
});

describe("sendRawEmailInput", () => {
  it("takes Source and Destinations from the envelope, blind copies included, and shows no Bcc", async () => {
    const m = message({ ...base, bcc: "secret@example.org", envelope: { from: "bounce@example.com" } });
    const input = await sendRawEmailInput(m, options);
    expect(input.Source).toBe("bounce@example.com");
    expect(input.Destinations).toEqual(["bob@example.com", "secret@example.org"]);
    expect(new TextDecoder().decode(input.RawMessage.Data)).not.toContain("secret");
  });

  it("names tags, configuration set and ARNs as the API does", async () => {
    const input = await sendRawEmailInput(message(base), {
      ...options,
      tags: { campaign: "spring-26" },
      configurationSet: "main",
      sourceArn: "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    });
    expect(input).toMatchObject({
      Tags: [{ Name: "campaign", Value: "spring-26" }],
      ConfigurationSetName: "main",
      SourceArn: "arn:aws:ses:us-east-1:123456789012:identity/example.com",
    });
    expect(input).not.toHaveProperty("FromArn");
  });

  it("fits the SDK's command without a cast", async () => {
    const command = new SendRawEmailCommand(await sendRawEmailInput(message(base)));
    expect(command.input.Destinations).toEqual(["bob@example.com"]);
    new SESClient({ region: "us-east-1" }).destroy();
  });

  it("refuses a message that nobody gets", async () => {
    await expect(sendRawEmailInput(message({ ...base, to: "undisclosed-recipients:;" }))).rejects.toMatchObject({
      code: "envelope.empty",
      path: ["to"],
    });
  });

  it.each([
    [{ "a b": "x" }, "limit.tag"],
    [{ a: "ü" }, "limit.tag"],
    [{ a: "" }, "limit.tag"],
    [{ ["n".repeat(sesV1.tagLength + 1)]: "x" }, "limit.tag"],
  ])("refuses the tags %j", async (tags, code) => {
    await expect(sendRawEmailInput(message(base), { tags })).rejects.toMatchObject({ code });
  });

  it("takes a tag at the limit and a configuration set at the limit, not one over", async () => {
    const tags = { ["n".repeat(sesV1.tagLength)]: "v".repeat(sesV1.tagLength) };
    const name = "c".repeat(sesV1.configurationSetLength);
    await expect(sendRawEmailInput(message(base), { tags, configurationSet: name })).resolves.toBeDefined();
    await expect(sendRawEmailInput(message(base), { configurationSet: `${name}c` })).rejects.toMatchObject({
      code: "limit.configuration-set",
    });
  });

  it("takes 50 recipients, group members counted, and refuses 51", async () => {
    const to = (count: number) => [
      { group: "Team", members: Array.from({ length: count }, (_, i) => `r${i}@example.com`) },
    ];
    await expect(sendRawEmailInput(message({ ...base, to: to(50) }))).resolves.toBeDefined();
    await expect(sendRawEmailInput(message({ ...base, to: to(51) }))).rejects.toMatchObject({
      code: "limit.recipients",
    });
  });

  it("tells everything that is wrong at once", async () => {
    const m = message({ ...base, attachments: [{ filename: "a.exe", content: "x" }] });
    const failure = sendRawEmailInput(m, { tags: { "a b": "c" }, configurationSet: "a b" });
    await expect(failure).rejects.toSatisfy((error: { issues: { code: string }[] }) =>
      ["limit.tag", "limit.configuration-set", "attachment.blocked-type"].every((code) =>
        error.issues.some((issue) => issue.code === code),
      ),
    );
  });
});

describe("parameters of SendRawEmail given to sendRawEmailInput", () => {
  it("are told by the names that they have here", async () => {
    const given = Reflect.apply(sendRawEmailInput, undefined, [message(base), { ConfigurationSetName: "a", Tags: [] }]);
    await expect(given).rejects.toThrow(/\(use configurationSet\).*\(use tags: \{ name: value \}\)/s);
  });
});
