// The endpoint knows every charset that SendEmail can name, and leaves the application with those it imported itself.
import { check } from "mimewright";
import { expect, it } from "vitest";
import { post, start } from "./support/helpers.ts";

const inJapanese = { from: "a@example.com", to: "b@example.com", text: "拝啓", charset: "ISO-2022-JP" };

it("an application that starts the endpoint has no more charsets than without it", async () => {
  await start();
  expect(check(inJapanese).issues).toMatchObject([{ code: "charset.unknown", path: ["charset"] }]);
});

it("SendEmail has them from the first message on", async () => {
  const ses = await start();
  const { status } = await post(ses, {
    ...{ Action: "SendEmail", Source: "a@example.com", "Destination.ToAddresses.member.1": "b@example.com" },
    ...{ "Message.Subject.Data": "Hi", "Message.Body.Text.Data": "拝啓", "Message.Body.Text.Charset": "ISO-2022-JP" },
  });
  expect(status).toBe(200);
  expect(ses.inbox.list()[0]?.parse().text()?.trim()).toBe("拝啓");
});
