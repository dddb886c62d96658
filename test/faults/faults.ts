// What can go wrong between a client and the service, and which of it goes wrong for which attempt.

/** Faults on a connection, before any request is read. */
export const connectionFaults = ["accept-reset", "accept-hang", "head-reset"] as const;
export type ConnectionFault = (typeof connectionFaults)[number];

/** Faults of one request that was read completely; `-taken` and `-after`: the service took the message. */
export const requestFaults = [
  "drop-before",
  "drop-after",
  "hang-before",
  "hang-after",
  "slow-response",
  "500",
  "500-taken",
  "502",
  "504",
  "unknown-5xx",
  "503",
  "503-unknown",
  "429",
  "throttle-rate",
  "throttle-daily",
  "expired",
  "rejected",
  "denied",
  "signature",
  "unknown-4xx",
  "redirect",
  "trunc-xml",
  "trunc-close",
  "empty",
  "html",
  "huge-200",
  "no-id",
] as const;
export type RequestFault = (typeof requestFaults)[number];

/** Of these, the service took the message. */
export const takenFaults: ReadonlySet<RequestFault> = new Set([
  ...(["drop-after", "hang-after", "slow-response", "500-taken", "trunc-xml", "trunc-close"] as const),
  ...(["empty", "huge-200", "no-id"] as const),
]);

/** After these nobody can know. */
export const ambiguousFaults: ReadonlySet<RequestFault> = new Set([
  ...takenFaults,
  ...(["drop-before", "hang-before", "500", "502", "504", "unknown-5xx", "503-unknown", "html"] as const),
]);

export interface Attempt {
  readonly tag: string;
  /** From 0. */
  readonly attempt: number;
}

/** Chooses a fault for an attempt; undefined lets it pass. */
export type FaultPlan = (attempt: Attempt) => RequestFault | undefined;

// In thousandths. 18 % ambiguous, 10.5 % of them taken; 10 % throttled; 6 % unavailable.
const standard: readonly (readonly [RequestFault, number])[] = [
  ["drop-before", 30],
  ["hang-before", 5],
  ["500", 20],
  ["502", 10],
  ["html", 10],
  ["drop-after", 40],
  ["hang-after", 10],
  ["500-taken", 15],
  ["trunc-xml", 10],
  ["trunc-close", 10],
  ["empty", 10],
  ["no-id", 10],
  ["throttle-rate", 50],
  ["429", 50],
  ["503", 60],
];

/** The mix that the goals are stated for, drawn from seed, tag and attempt: a run repeats whatever the timing. */
export function standardMix(seed: number): FaultPlan {
  return ({ tag, attempt }) => {
    let left = draw(`${seed}:${tag}:${attempt}`) * 1_000;
    for (const [fault, weight] of standard) {
      left -= weight;
      if (left < 0) return fault;
    }
    return undefined;
  };
}

/** A number of at least 0 and below 1, from text alone. */
export function draw(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x1_0000_0000;
}
