// Reads JSON that was saved: every value is checked before it is used. A file may be of another version, edited by hand,
// or not written by an endpoint at all.
import {
  NOTIFICATION_TYPES,
  type NotificationType,
  type SavedAccount,
  type SavedIdentity,
  type SavedState,
} from "../model/account.ts";

/** A value is of another kind than its place needs. The message names the place. */
class JsonShapeError extends Error {
  override readonly name = "JsonShapeError";
}

/** A JSON object with its place in the file. */
export interface JsonObject {
  readonly place: string;
  readonly values: ReadonlyMap<string, unknown>;
}

/** An object. @throws JsonShapeError */
export function objectOf(value: unknown, place: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong(place, "an object");
  return { place, values: new Map(Object.entries(value)) };
}

/** A list. @throws JsonShapeError */
function listAt(from: JsonObject, name: string): readonly unknown[] {
  const value = from.values.get(name);
  if (!Array.isArray(value)) throw wrong(`${from.place}.${name}`, "a list");
  return value;
}

/** A list of objects. @throws JsonShapeError */
export function objectsAt(from: JsonObject, name: string): readonly JsonObject[] {
  return listAt(from, name).map((value, index) => objectOf(value, `${from.place}.${name}[${index}]`));
}

/** A list of texts. @throws JsonShapeError */
export function textsAt(from: JsonObject, name: string): readonly string[] {
  const texts = listAt(from, name);
  const good = texts.filter((value) => typeof value === "string");
  if (good.length < texts.length) throw wrong(`${from.place}.${name}`, "a list of texts");
  return good;
}

/** A text. @throws JsonShapeError */
export function textAt(from: JsonObject, name: string): string {
  const value = from.values.get(name);
  if (typeof value !== "string") throw wrong(`${from.place}.${name}`, "a text");
  return value;
}

/** A text, or undefined where it is absent or null. @throws JsonShapeError */
export function optionalTextAt(from: JsonObject, name: string): string | undefined {
  const value = from.values.get(name);
  return value === undefined || value === null ? undefined : textAt(from, name);
}

/** A finite number. @throws JsonShapeError */
export function numberAt(from: JsonObject, name: string): number {
  const value = from.values.get(name);
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(`${from.place}.${name}`, "a number");
  return value;
}

/** A boolean. @throws JsonShapeError */
function booleanAt(from: JsonObject, name: string): boolean {
  const value = from.values.get(name);
  if (typeof value !== "boolean") throw wrong(`${from.place}.${name}`, "true or false");
  return value;
}

/** One of a set of texts. @throws JsonShapeError */
export function memberAt<const T extends string>(from: JsonObject, name: string, set: readonly T[]): T {
  const text = textAt(from, name);
  const member = set.find((candidate) => candidate === text);
  if (member === undefined) throw wrong(`${from.place}.${name}`, `one of ${set.join(", ")}`);
  return member;
}

function wrong(place: string, wanted: string): JsonShapeError {
  return new JsonShapeError(`${place} has to be ${wanted}.`);
}

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
