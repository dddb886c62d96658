// Faults on demand: what a client meets when the service is in trouble, played for so many requests.
import { setTimeout as pause } from "node:timers/promises";
import { listFrom, readOptionsOf, refuse, shapeOf, text, wholeNumber } from "../../given.ts";
import type { Place } from "../../issues.ts";
import { nearestName } from "../../options/suggestions.ts";
import { numberWithin } from "../model/readers.ts";
import type { FaultPlan, LocalState } from "../model/state.ts";
import type { SesError } from "./errors.ts";
import { KNOWN_ACTIONS, KNOWN_OPERATIONS } from "./operations.ts";
import { errorCodes, PLAYED, type PlayedName, playedByCode, withText } from "./played-errors.ts";

/** Rejects the handler's promise: the connection is to be dropped without an answer. */
export class ConnectionDropped extends Error {
  override readonly name = "ConnectionDropped";
}

/** What is played for one request beside an error. */
export interface Fault {
  readonly dropAfter: boolean;
  readonly truncate: boolean;
}

/** A plan without faults. */
export function noFaults(): FaultPlan {
  return {
    throttle: 0,
    sendRate: 0,
    dailyQuota: 0,
    internalFailure: 0,
    unavailable: 0,
    expiredToken: 0,
    invalidToken: 0,
    accessDenied: 0,
    accountPaused: 0,
    errors: 0,
    errorCode: "Throttling",
    errorMessage: "",
    dropBefore: 0,
    dropAfter: 0,
    truncate: 0,
    latency: 0,
    probability: 1,
    actions: [],
  };
}

// In the order in which they are due.
const ERRORS = [
  "throttle",
  "sendRate",
  "dailyQuota",
  "internalFailure",
  "unavailable",
  "expiredToken",
  "invalidToken",
  "accessDenied",
  "accountPaused",
] as const satisfies readonly PlayedName[];
const COUNTS = [...ERRORS, "errors", "dropBefore", "dropAfter", "truncate"] as const;

const V2_ACTIONS: ReadonlySet<string> = new Set([...KNOWN_OPERATIONS].map((name) => `v2 ${name}`));

const count = wholeNumber(0);

const PLAN = shapeOf<FaultPlan>({
  throttle: count,
  sendRate: count,
  dailyQuota: count,
  internalFailure: count,
  unavailable: count,
  expiredToken: count,
  invalidToken: count,
  accessDenied: count,
  accountPaused: count,
  errors: count,
  errorCode: readErrorCode,
  errorMessage: text,
  dropBefore: count,
  dropAfter: count,
  truncate: count,
  latency: numberWithin(0, 600_000, "milliseconds"),
  probability: numberWithin(0, 1),
  // A misspelt action would never meet its fault.
  actions: listFrom(readAction, 'a list of actions such as "SendRawEmail" and "v2 SendEmail"'),
});

/**
 * Replaces the plan; what is left out plays no fault, so `{}` ends them all.
 *
 * @throws OptionError for an unknown name and for a value out of range
 */
export function setFaults(state: LocalState, plan: unknown): void {
  const read = readOptionsOf<FaultPlan>(plan, PLAN);
  Object.assign(state.faults, noFaults(), read);
}

function readErrorCode(value: unknown, place: Place): string | undefined {
  if (typeof value === "string" && playedByCode(value) !== undefined) return value;
  return refuseName(value, "an error code", { place, known: errorCodes() });
}

function readAction(value: unknown, place: Place): string | undefined {
  if (typeof value === "string" && (KNOWN_ACTIONS.has(value) || V2_ACTIONS.has(value))) return value;
  return refuseName(value, "an action", { place, known: [...KNOWN_ACTIONS, ...V2_ACTIONS] });
}

interface Names {
  readonly place: Place;
  readonly known: readonly string[];
}

function refuseName(value: unknown, expected: string, { place, known }: Names): undefined {
  if (typeof value !== "string") return refuse(value, expected, place);
  const near = nearestName(value, known);
  const meant = near === undefined ? "" : `; did you mean "${near}"?`;
  return place.error("input.option", `${JSON.stringify(value.slice(0, 100))} is not ${expected} of Amazon SES${meant}`);
}

/**
 * Plays what comes before a request is looked at.
 *
 * @returns what is to be played after it
 * @throws ConnectionDropped, or the SesError to answer
 */
export async function playFault(state: LocalState, action: string): Promise<Fault> {
  const { faults } = state;
  if (faults.actions.length > 0 && !faults.actions.includes(action)) return { dropAfter: false, truncate: false };
  if (faults.latency > 0) await holdBack(state);
  if (!isStruck(state)) return { dropAfter: false, truncate: false };
  if (take(faults, "dropBefore")) throw new ConnectionDropped("dropped before the request was looked at");
  for (const name of ERRORS) if (take(faults, name)) throw worded(faults, PLAYED[name](action));
  const played = playedByCode(faults.errorCode);
  if (played !== undefined && take(faults, "errors")) throw worded(faults, played(action));
  return { dropAfter: take(faults, "dropAfter"), truncate: take(faults, "truncate") };
}

function worded({ errorMessage }: FaultPlan, error: SesError): SesError {
  return errorMessage === "" ? error : withText(error, errorMessage);
}

// The timer ends with the endpoint; otherwise it would keep the process alive.
async function holdBack({ faults, ended }: LocalState): Promise<void> {
  try {
    await pause(faults.latency, undefined, { signal: ended });
  } catch {
    throw new ConnectionDropped("the endpoint was closed");
  }
}

// A request that is spared leaves the fault to the next one.
function isStruck({ faults, random }: LocalState): boolean {
  if (faults.probability >= 1) return true;
  const [first = 0, second = 0] = random(2);
  return (first * 256 + second) / 65_536 < faults.probability;
}

function take(faults: FaultPlan, name: (typeof COUNTS)[number]): boolean {
  if (faults[name] < 1) return false;
  faults[name]--;
  return true;
}

/** Plays what comes after a request was carried out: an answer that breaks off, or none. @throws ConnectionDropped */
export function spoil(body: string, fault: Fault): string {
  if (fault.dropAfter) throw new ConnectionDropped("dropped after the request was carried out");
  return fault.truncate ? body.slice(0, Math.floor(body.length / 2)) : body;
}
