// The part of the v2 API that sends: JSON in and out, on the same state and with the same checks.

import { accountOf } from "../account/accounts.ts";
import { quotaView, throttleAction } from "../account/limits.ts";
import { authenticate } from "../auth/authenticate.ts";
import type { Caller } from "../auth/signed-request.ts";
import { uuid } from "../model/ids.ts";
import type { LocalState } from "../model/state.ts";
import { v2Error } from "../protocol/errors.ts";
import { ConnectionDropped, playFault, spoil } from "../protocol/faults.ts";
import { absentOperation, operationOf } from "../protocol/operations.ts";
import { deliveryNotes } from "../sending/notes.ts";
import { submit } from "../sending/submit.ts";
import type { UnreadRequest } from "./answer-query.ts";
import { v2Mail } from "./v2-mail.ts";
import { readV2Input } from "./v2-request.ts";

/** Answers one request under `/v2/`. @throws ConnectionDropped when a fault says so */
export async function answerV2(state: LocalState, request: UnreadRequest): Promise<Response> {
  const requestId = uuid(state.random);
  try {
    const name = `v2 ${operationOf(request.method, request.path) ?? `${request.method} ${request.path}`}`;
    const fault = await playFault(state, name);
    const caller = authenticate({ ...request, parameters: new Map() }, state.settings, state.now());
    const body = JSON.stringify(await answer(state, name, { request, caller }));
    return jsonResponse(200, spoil(body, fault), { "x-amzn-requestid": requestId });
  } catch (thrown) {
    if (thrown instanceof ConnectionDropped) throw thrown;
    return v2ErrorResponse(thrown, requestId);
  }
}

/** Any thrown value as an answer of v2: the code in a field, the text in JSON. */
export function v2ErrorResponse(thrown: unknown, requestId: string): Response {
  const { name, status, message } = v2Error(thrown);
  const headers = { "x-amzn-requestid": requestId, "x-amzn-errortype": name };
  // Some refusals of the service have no text, and one spells its member otherwise.
  const member = name === "AccessDeniedException" ? "Message" : "message";
  return jsonResponse(status, JSON.stringify({ [member]: message === "" ? null : message }), headers);
}

const SEND = "v2 SendEmail";
const ACCOUNT = "v2 GetAccount";

interface V2Call {
  readonly request: UnreadRequest;
  readonly caller: Caller;
}

async function answer(state: LocalState, name: string, call: V2Call): Promise<object> {
  if (name === SEND) return { MessageId: await send(state, call) };
  if (name === ACCOUNT) return getAccount(state, call.caller);
  throw absentOperation(call.request.method, call.request.path, ["SendEmail", "GetAccount"]);
}

function jsonResponse(status: number, body: string, headers: Readonly<Record<string, string>>): Response {
  return new Response(body, { status, headers: { "content-type": "application/json", ...headers } });
}

function getAccount(state: LocalState, { region }: Caller): object {
  const account = accountOf(state, region);
  if (state.settings.actionThrottle) throttleAction(account, ACCOUNT, state.now());
  const quota = quotaView(account, state.now());
  return {
    DedicatedIpAutoWarmupEnabled: true,
    EnforcementStatus: "HEALTHY",
    ProductionAccessEnabled: !account.limits.sandbox,
    SendingEnabled: true,
    SendQuota: {
      Max24HourSend: quota.max24HourSend,
      MaxSendRate: quota.maxSendRate,
      SentLast24Hours: quota.sentLast24Hours,
    },
  };
}

async function send(state: LocalState, { request, caller }: V2Call): Promise<string> {
  const notes = deliveryNotes(state.settings);
  const input = readV2Input(request.body, notes);
  const mail = await v2Mail(state, { input, region: caller.region, notes });
  return submit(state, accountOf(state, caller.region), {
    action: SEND,
    accessKeyId: caller.accessKeyId,
    ...mail,
    options: {
      tags: input.tags,
      configurationSet: input.configurationSet,
      fromArn: input.fromArn,
      sourceArn: input.fromArn,
      returnPathArn: input.feedbackArn,
    },
    notes: notes.list,
  });
}
