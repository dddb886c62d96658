// Delivers a notification: to the function of the caller, and in the envelope of Amazon SNS to the HTTP address of its
// topic.
import { isError } from "../../mail/octets/kinds.ts";
import { stableBytes, uuid } from "../model/ids.ts";
import type { SesNotification } from "../model/message.ts";
import type { LocalState } from "../model/state.ts";

/** What is published to a topic. */
export interface Publication {
  readonly topicArn: string;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** The envelope. Only AWS can sign it: the signature here has the right form and does not verify. */
export function snsEnvelope(state: LocalState, publication: Publication): Readonly<Record<string, unknown>> {
  const { topicArn, region, at, message } = publication;
  const text = JSON.stringify(message);
  const host = `https://sns.${region}.amazonaws.com`;
  const subscription = encodeURIComponent(subscriptionArn(topicArn));
  return {
    Type: "Notification",
    MessageId: uuid(state.random),
    TopicArn: topicArn,
    Subject: "Amazon SES Email Event Notification",
    Message: text,
    Timestamp: new Date(at).toISOString(),
    SignatureVersion: "1",
    Signature: stableBytes("signature", topicArn, text).toString("base64"),
    SigningCertURL: `${host}/SimpleNotificationService-0000000000000000000000.pem`,
    UnsubscribeURL: `${host}/?Action=Unsubscribe&SubscriptionArn=${subscription}`,
  };
}

/** The one subscription that a topic has here. */
function subscriptionArn(topicArn: string): string {
  return `${topicArn}:00000000-0000-0000-0000-000000000000`;
}

// Like the service: again after a pause, and not for ever. In ms.
const PAUSES = [0, 500, 2_000];
const patience = 5_000;

/** Starts the deliveries. A delivery that fails is reported as a process warning and changes nothing else. */
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
