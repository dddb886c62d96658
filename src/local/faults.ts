// Faults on demand: what a client meets when the service is in trouble, played for so many requests.
import { setTimeout as pause } from "node:timers/promises";
import { checkOptions } from "../given.ts";
import { nearestName } from "../suggestions.ts";
import type { SesError } from "./errors.ts";
import { KNOWN_ACTIONS } from "./known-actions.ts";
import { KNOWN_OPERATIONS } from "./known-operations.ts";
import type { FaultPlan, LocalState } from "./model.ts";
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

const NAMES: ReadonlySet<string> = new Set(Object.keys(noFaults()));
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
const MOST: ReadonlyMap<string, number> = new Map([
  ["latency", 600_000],
  ["probability", 1],
]);

/**
 * Replaces the plan; what is left out plays no fault, so `{}` ends them all.
 *
 * @throws OptionError for an unknown name, TypeError for a value out of range
 */
export function setFaults(state: LocalState, plan: Readonly<Partial<FaultPlan>>): void {
  checkOptions(plan, { known: NAMES });
  const next = noFaults();
  for (const [name, value] of Object.entries(plan)) if (value !== undefined) setOne(next, name, value);
  Object.assign(state.faults, next);
}

function setOne(plan: FaultPlan, name: string, value: unknown): void {
  const count = COUNTS.find((known) => known === name);
  if (count !== undefined) plan[count] = countOf(name, value);
  else if (name === "latency" || name === "probability") plan[name] = figureOf(name, value);
  else if (name === "actions") plan.actions = actionsOf(value);
  else if (name === "errorCode") plan.errorCode = codeOf(value);
  else plan.errorMessage = textOf(name, value);
}

function countOf(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new TypeError(`The fault ${name} takes a whole number of requests, 0 or more.`);
}

function figureOf(name: string, value: unknown): number {
  const most = MOST.get(name) ?? 0;
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw new TypeError(`The fault ${name} takes a number from 0 to ${most}.`);
}

function textOf(name: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new TypeError(`The fault ${name} takes a text.`);
}

function codeOf(value: unknown): string {
  const code = textOf("errorCode", value);
  if (playedByCode(code) !== undefined) return code;
  const near = nearestName(code, errorCodes());
  throw new TypeError(
    `There is no error code ${JSON.stringify(code.slice(0, 100))}${near === undefined ? "" : `; did you mean "${near}"?`}`,
  );
}

// A misspelt action would never meet its fault.
function actionsOf(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw new TypeError("The fault actions takes a list of action names.");
  return value.map((action) => {
    const name = textOf("actions", action);
    if (KNOWN_ACTIONS.has(name) || V2_ACTIONS.has(name)) return name;
    const near = nearestName(name, [...KNOWN_ACTIONS, ...V2_ACTIONS]);
    const hint = near === undefined ? 'names are such as "SendRawEmail" and "v2 SendEmail"' : `did you mean "${near}"?`;
    throw new TypeError(`There is no action ${JSON.stringify(name.slice(0, 100))}; ${hint}`);
  });
}

const V2_ACTIONS: ReadonlySet<string> = new Set([...KNOWN_OPERATIONS].map((name) => `v2 ${name}`));

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

// A timer that nobody waits for any more would hold the process.
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
