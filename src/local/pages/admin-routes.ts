// The controls of the endpoint over HTTP (reset, verify, account limits, faults), and its state as JSON.
import { readOptionsOf, shapeOf, text } from "../../given.ts";
import { changeAccount, LIMITS, resetState } from "../account/accounts.ts";
import { dkimStatusAt, forwardingEnabled, statusAt } from "../account/identities.ts";
import { quotaView, statisticsOf } from "../account/limits.ts";
import { verifyIdentity } from "../account/verification.ts";
import { DEFAULT_REGION } from "../auth/authenticate.ts";
import type { BodyReader } from "../http/read-body.ts";
import type { Account, AccountLimits, Identity } from "../model/account.ts";
import { requiredText } from "../model/readers.ts";
import type { LocalState } from "../model/state.ts";
import { setFaults } from "../protocol/faults.ts";
import { jsonAnswer } from "./answers.ts";
import type { AccountJson, IdentityJson, NotificationJson, StateJson } from "./api.ts";
import { oneValue } from "./message-routes.ts";
import { type Route, readJsonBody, type Visit } from "./route.ts";

const RESET = shapeOf<Record<never, never>>({});
const VERIFY = shapeOf<{ readonly identity: string; readonly region: string }>({ identity: text, region: text });
const ACCOUNT = shapeOf<AccountLimits & { readonly region: string }>({ ...LIMITS.readers, region: text });

/** The routes of the controls. Bodies are read as the options of the same methods of the inbox are. */
export function adminRoutes(readBody: BodyReader): readonly Route[] {
  const post = (path: string, act: (visit: Visit, body: unknown) => Promise<Response>): Route => ({
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

async function reset({ state }: Visit, body: unknown): Promise<Response> {
  readOptionsOf(body, RESET);
  await resetState(state);
  return jsonAnswer(stateJson(state));
}

async function verify({ state }: Visit, body: unknown): Promise<Response> {
  const { identity, region = DEFAULT_REGION } = readOptionsOf<{ readonly identity: string; readonly region: string }>(
    body,
    VERIFY,
  );
  const verified = await verifyIdentity(state, requiredText(identity, "identity", "an address or a domain"), region);
  return jsonAnswer(identityJson(verified, state.now()));
}

async function account({ state }: Visit, body: unknown): Promise<Response> {
  const { region, ...change } = readOptionsOf<AccountLimits & { readonly region: string }>(body, ACCOUNT);
  await changeAccount(state, change, region);
  return jsonAnswer(stateJson(state));
}

async function faults({ state }: Visit, body: unknown): Promise<Response> {
  setFaults(state, body);
  return jsonAnswer(state.faults);
}

/** Everything but the messages. */
function stateJson(state: LocalState): StateJson {
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
function identityJson(identity: Identity, now: number): IdentityJson {
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
function notificationsJson(state: LocalState): readonly NotificationJson[] {
  return state.notifications.map((one) => ({ ...one, at: new Date(one.at).toISOString() }));
}
