// Faults on demand: what a client meets when the service is in trouble, played for so many requests.
import { setTimeout as pause } from "node:timers/promises";
import { isErrorCode, SesError } from "./errors.ts";
import type { FaultPlan, LocalState } from "./model.ts";

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
    internalFailure: 0,
    unavailable: 0,
    errors: 0,
    errorCode: "Throttling",
    dropBefore: 0,
    dropAfter: 0,
    truncate: 0,
    latency: 0,
    probability: 1,
    actions: [],
  };
}

const COUNTS = ["throttle", "internalFailure", "unavailable", "errors", "dropBefore", "dropAfter", "truncate"] as const;
const FIGURES = [...COUNTS, "latency", "probability"] as const;
const longestLatency = 600_000;
const MOST: ReadonlyMap<string, number> = new Map([
  ["latency", longestLatency],
  ["probability", 1],
]);

/**
 * Replaces the plan; what is left out plays no fault, so `{}` ends them all.
 *
 * @throws TypeError for an unknown name or a value out of range
 */
export function setFaults(state: LocalState, plan: Readonly<Partial<FaultPlan>>): void {
  const next = noFaults();
  for (const [name, value] of Object.entries(plan)) setOne(next, name, value);
  Object.assign(state.faults, next);
}

function setOne(plan: FaultPlan, name: string, value: unknown): void {
  const figure = FIGURES.find((known) => known === name);
  if (figure !== undefined) {
    const most = MOST.get(name) ?? Number.MAX_SAFE_INTEGER;
    if (typeof value !== "number" || !(value >= 0 && value <= most)) {
      throw new TypeError(`The fault ${name} takes a number from 0 to ${most}.`);
    }
    plan[figure] = value;
  } else if (name === "actions" && Array.isArray(value) && value.every((action) => typeof action === "string")) {
    plan.actions = value;
  } else if (name === "errorCode" && typeof value === "string" && isErrorCode(value)) {
    plan.errorCode = value;
  } else {
    throw new TypeError(`There is no fault ${name.slice(0, 100)} with such a value.`);
  }
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
  if (take(faults, "throttle")) throw new SesError("Throttling", "Rate exceeded");
  if (take(faults, "internalFailure")) throw new SesError("InternalFailure", "The request processing has failed.");
  if (take(faults, "unavailable")) throw new SesError("ServiceUnavailable", "Service is temporarily unavailable.");
  if (take(faults, "errors") && isErrorCode(faults.errorCode))
    throw new SesError(faults.errorCode, "Played by a fault.");
  return { dropAfter: take(faults, "dropAfter"), truncate: take(faults, "truncate") };
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
