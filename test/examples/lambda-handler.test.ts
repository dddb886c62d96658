import { test } from "mimewright/vitest";
import { afterEach, describe, expect, vi } from "vitest";
import { orderHandler } from "../../examples/lambda-handler.ts";
import { withSender } from "./clients.ts";

const record = (messageId: string, address: string) => ({
  messageId,
  body: JSON.stringify({ number: `n-${messageId}`, name: "Zoë", address }),
});

describe("a Lambda handler", () => {
  afterEach(() => vi.restoreAllMocks());

  test("sends a mail for each order", async ({ ses, inbox }) => {
    await withSender(ses, async (sender) => {
      const handle = orderHandler(sender);
      const event = { Records: [record("1", "zoe@example.org"), record("2", "bob@example.com")] };
      expect(await handle(event)).toEqual({ batchItemFailures: [] });
    });
    const mail = await inbox.waitFor({ to: "zoe@example.org" });
    expect(mail).toHaveSubject("Your order n-1");
    expect(mail).toBeAddressedTo({ name: "Zoë", address: "zoe@example.org" });
    expect(mail.tags).toEqual([{ name: "order", value: "n-1" }]);
    expect(inbox.list()).toHaveLength(2);
  });

  test("gives back to the queue what may be tried again, and nothing else", async ({ ses, inbox }) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const options = { retries: { max: 0 } };
    await withSender(
      ses,
      async (sender) => {
        const handle = orderHandler(sender);
        inbox.faults({ throttle: 1 });
        const again = { batchItemFailures: [{ itemIdentifier: "1" }] };
        expect(await handle({ Records: [record("1", "zoe@example.org")] })).toEqual(again);
        inbox.faults({ errors: 1, errorCode: "MailFromDomainNotVerifiedException" });
        expect(await handle({ Records: [record("2", "zoe@example.org")] })).toEqual({ batchItemFailures: [] });
        inbox.faults({ dropAfter: 1 });
        expect(await handle({ Records: [record("3", "zoe@example.org")] })).toEqual({ batchItemFailures: [] });
        expect(await handle({ Records: [record("4", "no address")] })).toEqual({ batchItemFailures: [] });
        // Nothing is wrong with the order: the account is paused.
        inbox.faults({ errors: 1, errorCode: "AccountSendingPausedException" });
        const paused = { batchItemFailures: [{ itemIdentifier: "5" }] };
        expect(await handle({ Records: [record("5", "zoe@example.org")] })).toEqual(paused);
      },
      options,
    );
    expect(log).toHaveBeenCalledTimes(5);
    expect(inbox.list().map(({ subject }) => subject)).toEqual(["Your order n-3"]);
  });
});
