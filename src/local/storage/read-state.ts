// Reads the saved state back: a file may be of another version, edited by hand, or none of ours at all.

import {
  NOTIFICATION_TYPES,
  type NotificationType,
  type SavedAccount,
  type SavedIdentity,
  type SavedState,
} from "../model/account.ts";
import {
  booleanAt,
  type JsonObject,
  JsonShapeError,
  listAt,
  memberAt,
  numberAt,
  objectOf,
  objectsAt,
  optionalTextAt,
  textAt,
} from "./json.ts";

const STATUSES = ["NotStarted", "Pending", "Success", "Failed", "TemporaryFailure"] as const;

/** The state in a text. @throws Error that says what is wrong with it */
export function readState(text: string): SavedState {
  const file = objectOf(JSON.parse(text), "state");
  const version = numberAt(file, "version");
  if (version !== 1) throw new JsonShapeError(`state.version is ${version}; this endpoint reads version 1.`);
  return { version, accounts: objectsAt(file, "accounts").map(readAccount) };
}

function readAccount(from: JsonObject): SavedAccount {
  const limits = objectOf(from.values.get("limits"), `${from.place}.limits`);
  return {
    region: textAt(from, "region"),
    limits: {
      sandbox: booleanAt(limits, "sandbox"),
      max24HourSend: numberAt(limits, "max24HourSend"),
      maxSendRate: numberAt(limits, "maxSendRate"),
    },
    identities: objectsAt(from, "identities").map(readIdentity),
    quota: objectsAt(from, "quota").map((entry) => ({
      at: numberAt(entry, "at"),
      recipients: numberAt(entry, "recipients"),
    })),
    statistics: objectsAt(from, "statistics").map((point) => ({
      at: numberAt(point, "at"),
      deliveryAttempts: numberAt(point, "deliveryAttempts"),
      bounces: numberAt(point, "bounces"),
      complaints: numberAt(point, "complaints"),
      rejects: numberAt(point, "rejects"),
    })),
  };
}

function readIdentity(from: JsonObject): SavedIdentity {
  return {
    name: textAt(from, "name"),
    type: memberAt(from, "type", ["EmailAddress", "Domain"]),
    status: memberAt(from, "status", STATUSES),
    startedAt: numberAt(from, "startedAt"),
    linkToken: optionalTextAt(from, "linkToken") ?? null,
    dkimEnabled: booleanAt(from, "dkimEnabled"),
    dkimStatus: memberAt(from, "dkimStatus", STATUSES),
    dkimStartedAt: numberAt(from, "dkimStartedAt"),
    forwardingEnabled: booleanAt(from, "forwardingEnabled"),
    topics: listAt(from, "topics").map((pair, index) => readTopic(pair, `${from.place}.topics[${index}]`)),
  };
}

function readTopic(pair: unknown, place: string): readonly [NotificationType, string] {
  const [name, arn]: readonly unknown[] = Array.isArray(pair) ? pair : [];
  const topic = objectOf({ type: name, arn }, place);
  return [memberAt(topic, "type", NOTIFICATION_TYPES), textAt(topic, "arn")];
}
