// The Query protocol: a form with an Action in, XML out.
import { accountOf, saveState } from "../account/accounts.ts";
import { throttleAction } from "../account/limits.ts";
import { authenticate } from "../auth/authenticate.ts";
import type { SignedRequest } from "../auth/signed-request.ts";
import { uuid } from "../model/ids.ts";
import type { LocalState } from "../model/state.ts";
import { asSesError, SesError } from "../protocol/errors.ts";
import { ConnectionDropped, playFault, spoil } from "../protocol/faults.ts";
import { absentAction } from "../protocol/operations.ts";
import { given, type Parameters, readParameters } from "../protocol/query.ts";
import { element, errorXml, FAULT_NAMESPACE, NAMESPACE, text, type Xml } from "../protocol/xml.ts";
import type { Actions, Run } from "./action.ts";
import { attributes } from "./attributes.ts";
import { identityChanges, identityLists } from "./identities.ts";
import { identitySettings } from "./identity-settings.ts";
import { sending } from "./send.ts";

const VERSION = "2010-12-01";

/** A request with its body, its parameters not yet read. */
export interface UnreadRequest extends Omit<SignedRequest, "parameters"> {
  /** What links that answer it begin with, such as `http://127.0.0.1:8025`. */
  readonly origin: string;
}

/** Answers one request. @throws ConnectionDropped when a fault says so */
export async function answerQuery(state: LocalState, request: UnreadRequest): Promise<Response> {
  const requestId = uuid(state.random);
  try {
    const parameters = readParameters(request.query, request.body);
    const fault = await playFault(state, parameters.get("Action") ?? "");
    const body = await answer(state, { ...request, parameters }, requestId);
    return xmlResponse(200, spoil(body, fault), requestId);
  } catch (thrown) {
    if (thrown instanceof ConnectionDropped) throw thrown;
    return errorResponse(asSesError(thrown), requestId);
  }
}

/** An error as XML. */
export function errorResponse(error: SesError, requestId: string): Response {
  return xmlResponse(error.status, errorXml(error, requestId), requestId);
}

function xmlResponse(status: number, body: Xml, requestId: string): Response {
  return new Response(body, { status, headers: { "content-type": "text/xml", "x-amzn-requestid": requestId } });
}

// The service's order: the parameters are read; then caller, action and call rate are checked; then the action checks the rest.
async function answer(state: LocalState, request: UnreadRequest & SignedRequest, requestId: string): Promise<Xml> {
  const caller = authenticate(request, state.settings, state.now());
  const action = actionOf(request.parameters);
  const account = accountOf(state, caller.region);
  if (state.settings.actionThrottle && action.throttle === "second") {
    throttleAction(account, action.name, state.now());
  }
  const { accessKeyId } = caller;
  const { parameters, origin } = request;
  const result = await action.run({ state, account, parameters, accessKeyId, origin });
  if (action.changes === "identities") await saveState(state);
  return element(
    `${action.name}Response`,
    { xmlns: NAMESPACE },
    result === undefined ? "" : element(`${action.name}Result`, {}, result),
    element("ResponseMetadata", {}, text("RequestId", requestId)),
  );
}

function actionOf(parameters: Parameters): Action {
  const name = given(parameters, "Action");
  if (name === undefined)
    throw new SesError("MissingAction", "The request is missing an action or a required parameter.");
  // The reference calls Version required, and leaves it out of half of its samples.
  const version = given(parameters, "Version") ?? VERSION;
  const action = version === VERSION ? actions.get(name) : undefined;
  if (action !== undefined) return action;
  if (version === VERSION) throw absentAction(name, version, actions.keys());
  throw new SesError(
    "InvalidAction",
    `Could not find operation ${name.slice(0, 200)} for version ${version.slice(0, 50)}`,
    { namespace: FAULT_NAMESPACE },
  );
}

interface Action {
  readonly name: string;
  readonly run: Run;
  /** `second`: one call a second, as the reference says; `recipients`: the sending rate applies instead. */
  readonly throttle: "second" | "recipients";
  /** `identities`: the state is made durable before the answer. Sending sees to that itself. */
  readonly changes: "nothing" | "identities" | "messages";
}

const kind = (actions: Actions, throttle: Action["throttle"], changes: Action["changes"]): readonly Action[] =>
  Object.entries(actions).map(([name, run]) => ({ name, run, throttle, changes }));

/** The actions that are implemented, by name. */
const actions: ReadonlyMap<string, Action> = new Map(
  [
    ...kind({ ...identityChanges, ...identitySettings }, "second", "identities"),
    ...kind({ ...identityLists, ...attributes }, "second", "nothing"),
    ...kind(sending, "recipients", "messages"),
  ]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((action) => [action.name, action]),
);
