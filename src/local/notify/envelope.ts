// The envelope a topic puts around what is published, as its HTTP subscribers get it.
import { stableBytes, uuid } from "../model/ids.ts";
import type { LocalState } from "../model/model.ts";

/** What is published to a topic. */
export interface Publication {
  readonly topicArn: string;
  readonly region: string;
  /** In ms. */
  readonly at: number;
  readonly message: Readonly<Record<string, unknown>>;
}

/** The envelope. Nobody outside of AWS can sign for it: the signature has the form of one and verifies nothing. */
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
export function subscriptionArn(topicArn: string): string {
  return `${topicArn}:00000000-0000-0000-0000-000000000000`;
}
