// The knobs of the endpoint over HTTP (reset, verify, account limits, faults), and its state as JSON.
import { changeAccount, resetState } from "../account/accounts.ts";
import { dkimStatusAt, forwardingEnabled, statusAt } from "../account/identities.ts";
import { quotaView, statisticsOf } from "../account/limits.ts";
import { verifyIdentity } from "../account/verification.ts";
import { DEFAULT_REGION } from "../auth/authenticate.ts";
import type { BodyReader } from "../http/read-body.ts";
import type { Account, AccountLimits, Identity } from "../model/account.ts";
import type { LocalState } from "../model/state.ts";
import { setFaults } from "../protocol/faults.ts";
import { booleanAt, type JsonObject, numberAt, optionalTextAt, textAt } from "../storage/json.ts";
import { jsonAnswer } from "./answers.ts";
import type { AccountJson, IdentityJson, NotificationJson, StateJson } from "./api.ts";
import { oneValue } from "./message-routes.ts";
import { BadRequest, type Route, readJsonBody, unknownName, type Visit } from "./route.ts";

/** The routes of the knobs. */
export function adminRoutes(readBody: BodyReader): readonly Route[] {
  const post = (path: string, act: (visit: Visit, body: JsonObject) => Promise<Response>): Route => ({
    method: "POST",
    path,
    answer: async (visit) => act(visit, await readJsonBody(visit.request, readBody)),
  });
  return [
    { method: "GET", path: "/_local/health", answer: () => jsonAnswer({ status: "ok" }) },
    { method: "GET", path: "/_local/state", answer: ({ state }) => jsonAnswer(stateJson(state)) },
    { method: "GET", path: "/_local/notifications", query: ["messageId"], answer: notifications },
    post("/_local/reset", reset),
    post("/_local/verify", verify),
    post("/_local/account", account),
    post("/_local/faults", faults),
  ];
}

function notifications({ state, url }: Visit): Response {
  const id = oneValue(url.searchParams, "messageId");
  return jsonAnswer(notificationsJson(state).filter(({ messageId }) => id === undefined || messageId === id));
}

async function reset({ state }: Visit, body: JsonObject): Promise<Response> {
  onlyNames(body, "POST /_local/reset", []);
  await resetState(state);
  return jsonAnswer(stateJson(state));
}

async function verify({ state }: Visit, body: JsonObject): Promise<Response> {
  onlyNames(body, "POST /_local/verify", ["identity", "region"]);
  const region = optionalTextAt(body, "region") ?? DEFAULT_REGION;
  const identity = await verifyIdentity(state, textAt(body, "identity"), region);
  return jsonAnswer(identityJson(identity, state.now()));
}

async function account({ state }: Visit, body: JsonObject): Promise<Response> {
  onlyNames(body, "POST /_local/account", ["sandbox", "max24HourSend", "maxSendRate", "region"]);
  const change: Partial<AccountLimits> = {};
  if (body.values.has("sandbox")) change.sandbox = booleanAt(body, "sandbox");
  if (body.values.has("max24HourSend")) change.max24HourSend = numberAt(body, "max24HourSend");
  if (body.values.has("maxSendRate")) change.maxSendRate = numberAt(body, "maxSendRate");
  await refusing(() => changeAccount(state, change, optionalTextAt(body, "region")));
  return jsonAnswer(stateJson(state));
}

// A misspelt name would otherwise change nothing and look like a success.
function onlyNames(body: JsonObject, place: string, known: readonly string[]): void {
  for (const name of body.values.keys()) {
    if (!known.includes(name)) throw new BadRequest(unknownName(name, place, known));
  }
}

async function faults({ state }: Visit, body: JsonObject): Promise<Response> {
  await refusing(() => setFaults(state, Object.fromEntries(body.values)));
  return jsonAnswer(state.faults);
}

// A value out of range is a TypeError for callers in the same program, and a bad request here.
async function refusing(change: () => Promise<void> | void): Promise<void> {
  try {
    await change();
  } catch (error) {
    throw error instanceof TypeError ? new BadRequest(error.message) : error;
  }
}

/** Everything but the messages. */
export function stateJson(state: LocalState): StateJson {
  const { preset, autoVerify, anySender, signatures, clockWindow, actionThrottle } = state.settings;
  const now = state.now();
  return {
    url: state.url,
    now: new Date(now).toISOString(),
    messages: state.messages.size,
    bytes: state.inboxSize,
    settings: { preset, autoVerify, anySender, signatures, clockWindow, actionThrottle },
    limits: state.limits,
    faults: state.faults,
    accounts: [...state.accounts.values()].map((account) => accountJson(account, now)),
  };
}

function accountJson(account: Account, now: number): AccountJson {
  return {
    region: account.region,
    sandbox: account.limits.sandbox,
    quota: quotaView(account, now),
    statistics: statisticsOf(account, now).map((point) => ({ ...point, at: new Date(point.at).toISOString() })),
    identities: [...account.identities.values()].map((identity) => identityJson(identity, now)),
  };
}

/** One identity, its state as it is now. */
export function identityJson(identity: Identity, now: number): IdentityJson {
  return {
    name: identity.name,
    type: identity.type,
    status: statusAt(identity, now),
    dkimStatus: dkimStatusAt(identity, now),
    forwarding: forwardingEnabled(identity),
    topics: Object.fromEntries(identity.topics),
  };
}

/** The notifications that were published to topics, oldest first. */
export function notificationsJson(state: LocalState): readonly NotificationJson[] {
  return state.notifications.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
}
