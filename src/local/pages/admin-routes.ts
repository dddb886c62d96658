// The knobs of the endpoint over HTTP: reset, verify, account limits, faults; and how it stands.
import { changeAccount } from "../account/account-changes.ts";
import { resetState } from "../account/reset.ts";
import { verifyIdentity } from "../account/verification.ts";
import { DEFAULT_REGION } from "../auth/authenticate.ts";
import type { BodyReader } from "../http/read-body.ts";
import type { AccountLimits } from "../model/model.ts";
import { setFaults } from "../protocol/faults.ts";
import { booleanAt, type JsonObject, numberAt, optionalTextAt, textAt } from "../storage/json.ts";
import { jsonAnswer } from "./answers.ts";
import { readJsonBody } from "./json-body.ts";
import { oneValue } from "./message-query.ts";
import { BadRequest, type Route, unknownName, type Visit } from "./route.ts";
import { identityJson, notificationsJson, stateJson } from "./state-json.ts";

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
