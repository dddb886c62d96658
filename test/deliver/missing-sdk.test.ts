// A client of the SDK is there, and its package is not where the library looks for it.
import { message } from "mimewright";
import { sesSender } from "mimewright/ses";
import { describe, expect, it, vi } from "vitest";

const missing = vi.hoisted(() => () => {
  throw new Error("Cannot find package");
});
vi.mock("@aws-sdk/client-ses", missing);
vi.mock("@aws-sdk/client-sesv2", missing);

describe("a package of the SDK that is missing", () => {
  it.each([
    ["SES", "@aws-sdk/client-ses"],
    ["SESv2", "@aws-sdk/client-sesv2"],
  ])("is named in the outcome: %s", async (serviceId, name) => {
    const client = { config: { serviceId }, send: async () => ({}) };
    const sender = sesSender({ client });
    const result = await sender.send(message({ from: "a@example.com", to: "b@example.com", text: "Hi" }));
    await sender.close();
    expect(result).toMatchObject({ status: "failed", code: "send.client", cause: { code: "ERR_MODULE_NOT_FOUND" } });
    expect(JSON.stringify(result)).toContain(`${name} is not installed`);
  });
});
