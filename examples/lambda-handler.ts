// An AWS Lambda function behind an SQS queue: each record is an order, each order becomes a mail. What may be tried
// again goes back to the queue; what may have been sent does not, so that no customer gets two receipts.
import { SESClient } from "@aws-sdk/client-ses";
import { compose, MessageError } from "mimewright";
import { type Sender, sesSender } from "mimewright/ses";

/** What is used of the event; the whole of it is `SQSEvent` of `@types/aws-lambda`. */
export interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** What SQS reads when the function reports batch item failures. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

interface Order {
  readonly number: string;
  readonly name: string;
  readonly address: string;
}

const receipt = compose({ from: "Shop <shop@example.com>" }).autoSubmitted("auto-generated");

/** Makes the handler over a sender, which outlives a single call. */
export function orderHandler(sender: Pick<Sender, "send">): (event: QueueEvent) => Promise<BatchResponse> {
  async function isDone(body: string): Promise<boolean> {
    const { number, name, address }: Order = JSON.parse(body);
    try {
      const m = receipt.to({ name, address }).subject(`Your order ${number}`).text(`Thank you, ${name}.\n`).build();
      const result = await sender.send(m, { tags: { order: number } });
      if (result.status !== "sent") console.error("order", number, result);
      return result.status !== "failed" || !result.retryable;
    } catch (error) {
      // Such an order will not become better: its codes go to the log, and it is not tried again.
      if (!(error instanceof MessageError)) throw error;
      console.error("order", number, error.issues);
      return true;
    }
  }

  return async ({ Records }) => {
    const done = await Promise.all(Records.map(({ body }) => isDone(body)));
    const failed = Records.filter((_, index) => done[index] === false);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

// Deadlines within the function's own timeout.
export const handler = orderHandler(sesSender({ client: new SESClient({}), deadlines: { total: 20_000 } }));
