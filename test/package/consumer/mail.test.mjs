// The door `mimewright/vitest`: importing it teaches expect the matchers, and its test has an inbox.
import { message } from "mimewright";
import { sesHttpClient, sesSender } from "mimewright/ses";
import { test } from "mimewright/vitest";
import { expect } from "vitest";

const m = message({ from: "a@example.com", to: "b@example.com", subject: "Grüße", html: "<p>Hi" });

test("matchers", () => {
  expect(m).toHaveSubject("Grüße");
  expect(() => expect(m).toHaveSubject("Hello")).toThrow("Grüße");
});

test("inbox", async ({ ses, inbox }) => {
  const credentials = { accessKeyId: "LOCAL", secretAccessKey: "local" };
  const sender = sesSender({ client: sesHttpClient({ region: "us-east-1", endpoint: ses.url, credentials }) });
  await sender.send(m);
  await sender.close();
  expect(await inbox.waitFor({ to: "b@example.com" })).toBeAddressedTo("b@example.com");
});
