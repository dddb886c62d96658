// Brings a notification to who asked for it: a function, and the HTTP address of its topic.
import { isError } from "../../encoding/kinds.ts";
import type { LocalState, SesNotification } from "../model/model.ts";
import { subscriptionArn } from "./envelope.ts";

// Like the service: again after a pause, and not for ever. In ms.
const PAUSES = [0, 500, 2_000];
const patience = 5_000;

/** Starts the deliveries. What goes wrong with one is told as a process warning and changes nothing else. */
export function deliver(state: LocalState, notification: SesNotification): void {
  const { onNotification, topics } = state.settings;
  const url = topics.get(notification.topicArn);
  if (onNotification !== undefined) {
    // Inside `then`, a function that throws at once is the same as one that rejects.
    Promise.resolve(notification)
      .then(onNotification)
      .catch((error: unknown) => warn("onNotification failed", error));
  }
  if (url !== undefined) {
    post(url, notification).catch((error: unknown) => warn(`A notification could not be posted to ${url}`, error));
  }
}

function warn(what: string, error: unknown): void {
  process.emitWarning(`${what}: ${isError(error) ? error.message : String(error)}`);
}

async function post(url: string, notification: SesNotification): Promise<void> {
  let last: unknown;
  for (const pause of PAUSES) {
    await sleep(pause);
    try {
      const answer = await fetch(url, request(notification));
      await answer.body?.cancel();
      if (answer.ok) return;
      last = new Error(`status ${answer.status}`);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

function request({ envelope, topicArn }: SesNotification): RequestInit {
  return {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(patience),
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": "Notification",
      "x-amz-sns-message-id": String(envelope.MessageId),
      "x-amz-sns-topic-arn": topicArn,
      "x-amz-sns-subscription-arn": subscriptionArn(topicArn),
    },
    body: JSON.stringify(envelope, undefined, 2),
  };
}

// A retry that is due must not keep a process alive that has nothing else to do.
function sleep(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((done) => setTimeout(done, ms).unref());
}
