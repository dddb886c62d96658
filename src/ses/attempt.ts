// One attempt under its deadlines. When one passes, the wire is stopped and what it wrote until then decides.
import type { Clock } from "./clock.ts";
import { deadline } from "./deadline.ts";
import type { Lifetime } from "./lifetime.ts";
import { wireError } from "./wire/errors.ts";
import { Sight, type Written } from "./wire/sight.ts";
import type { AttemptOptions, WireError, WireOutcome } from "./wire/wire.ts";

/** Deadlines in milliseconds, none of them infinite. */
export interface Deadlines {
  /** Until the connection stands, where that can be seen. 5,000 when absent. */
  readonly connect?: number;
  /** From there to the first byte of the answer. 30,000 when absent. */
  readonly firstByte?: number;
  /** From the start of the first attempt to the end of the last, waits included. 60,000 when absent. */
  readonly total?: number;
}

export const deadlineDefaults: Required<Deadlines> = { connect: 5_000, firstByte: 30_000, total: 60_000 };

/** What one attempt came to. */
export interface Attempted {
  readonly outcome: WireOutcome;
  readonly written: Written;
}

/** Where an attempt takes place. */
export interface AttemptFrame {
  readonly clock: Clock;
  readonly deadlines: Required<Deadlines>;
  readonly life: Lifetime;
  readonly skew?: number;
}

/** Makes one attempt. Settles at the latest when a deadline passes or the lifetime ends, even if the wire does not. */
export function attempt(make: (options: AttemptOptions) => Promise<WireOutcome>, frame: AttemptFrame) {
  const { clock, deadlines, life, skew } = frame;
  return new Promise<Attempted>((resolve) => {
    const controller = new AbortController();
    let over = false;
    let callOff = () => {};
    const allow = (ms: number) => {
      callOff();
      if (!over) callOff = deadline(clock, ms, onDeadline);
    };
    const sight = new Sight({
      started: (watched) => allow(watched ? deadlines.connect : deadlines.firstByte),
      found: () => allow(deadlines.connect),
      connected: () => allow(deadlines.firstByte),
      answered: () => callOff(),
    });
    const finish = (outcome: WireOutcome) => {
      if (over) return;
      over = true;
      callOff();
      life.signal.removeEventListener("abort", onLife);
      resolve({ outcome, written: sight.written });
    };
    const stop = (error: WireError) => {
      // The wire hears this at once and writes nothing any more: what it wrote is known when abort() returns.
      controller.abort(new DOMException(error.code, "AbortError"));
      finish(refusalSeen(sight) ?? error);
    };
    const onDeadline = () => stop(stopped("send.deadline"));
    const onLife = () => stop(stopped(life.code ?? "send.aborted"));
    life.signal.addEventListener("abort", onLife, { once: true });
    if (life.signal.aborted) return onLife();
    const options = { signal: controller.signal, sight, ...(skew === undefined ? {} : { skew }) };
    return make(options).then(finish, (error: unknown) => finish(wireError(error, "client", { serialised: true })));
  });
}

function stopped(code: string): WireError {
  const origin = code === "send.deadline" ? "deadline" : "abort";
  return { kind: "error", code, message: STOPPED.get(code) ?? "the send was stopped", origin };
}

const STOPPED = new Map([
  ["send.deadline", "the deadline passed without an answer"],
  ["send.aborted", "the caller aborted the send"],
  ["send.closed", "the sender was closed"],
]);

// The head of the answer is enough for a no: only its reasons are missing.
function refusalSeen({ status }: Sight): WireOutcome | undefined {
  return status !== undefined && status >= 300 && status < 500 ? { kind: "answer", status, headers: {} } : undefined;
}
