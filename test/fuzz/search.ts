// The search at one target: inputs that behave in a new way are kept, and new ones are made of them.
import { mutate } from "./mutate.ts";
import { type Chance, chanceOf } from "./random.ts";
import type { Target } from "./target.ts";

/** Input that breaks a promise. */
export interface Finding {
  readonly target: string;
  readonly input: Uint8Array;
  readonly reason: string;
}

/** What a search came to. */
export interface Found {
  readonly target: string;
  readonly runs: number;
  readonly behaviours: number;
  /** Inputs that behaved in a way that the corpus did not show. */
  readonly interesting: readonly Uint8Array[];
  readonly findings: readonly Finding[];
}

const SLOW_MS = 50;
const REMEASURED = 3;
const WARM_UP = 200;
const ENOUGH_FINDINGS = 5;

/** A search that goes on as long as it is asked for another run. */
export class Search {
  readonly #target: Target;
  readonly #chance: Chance;
  readonly #pool: Uint8Array[];
  readonly #behaviours = new Set<string>();
  readonly #interesting: Uint8Array[] = [];
  readonly #findings = new Map<string, Finding>();
  #runs = 0;

  constructor(target: Target, corpus: readonly Uint8Array[], seed: number) {
    this.#target = target;
    this.#chance = chanceOf(seed, target.name);
    this.#pool = corpus.length > 0 ? [...corpus] : [new Uint8Array(0)];
  }

  get isOver(): boolean {
    return this.#findings.size >= ENOUGH_FINDINGS;
  }

  /** Runs what is in the corpus. Whatever it shows is known. */
  async begin(): Promise<void> {
    for (const input of [...this.#pool]) await this.#look(input);
    this.#interesting.length = 0;
  }

  /** One more input. */
  async step(): Promise<void> {
    const { length } = this.#pool;
    // What was found last is looked at more often.
    const at =
      this.#chance.below(2) === 0 ? this.#chance.below(length) : length - 1 - this.#chance.below(Math.min(length, 20));
    const parent = this.#pool[at] ?? new Uint8Array(0);
    const other = this.#pool[this.#chance.below(length)] ?? parent;
    await this.#look(mutate(this.#target, parent, other, this.#chance));
  }

  found(): Found {
    const { name } = this.#target;
    const [runs, interesting, findings] = [this.#runs, this.#interesting, [...this.#findings.values()]];
    return { target: name, runs, behaviours: this.#behaviours.size, interesting, findings };
  }

  async #look(input: Uint8Array): Promise<void> {
    this.#runs++;
    const started = performance.now();
    const seen = await behaviourOf(this.#target, input);
    const took = performance.now() - started;
    if (seen.reason !== undefined) this.#report(input, seen.reason);
    else if (took > SLOW_MS && this.#runs > WARM_UP && (await isSlow(this.#target, input))) {
      this.#report(input, `slow: over ${SLOW_MS} ms for ${input.length} octets`);
    }
    if (seen.behaviour === undefined || this.#behaviours.has(seen.behaviour)) return;
    this.#behaviours.add(seen.behaviour);
    this.#pool.push(input);
    this.#interesting.push(input);
  }

  #report(input: Uint8Array, reason: string): void {
    // The same fault at another place of the input is no other fault.
    const key = reason.replace(/\d+/g, "0").slice(0, 200);
    const known = this.#findings.get(key);
    if (known === undefined || known.input.length > input.length) {
      this.#findings.set(key, { target: this.#target.name, input, reason });
    }
  }
}

/** What came of one input: a behaviour, or the reason why it is a finding. */
export async function behaviourOf(
  target: Target,
  input: Uint8Array,
): Promise<{ readonly behaviour?: string; readonly reason?: string }> {
  try {
    return { behaviour: await target.run(input) };
  } catch (error) {
    const place =
      error instanceof Error ? (error.stack ?? "").split("\n").find((line) => line.includes("    at ")) : "";
    return { reason: `${String(error)}${place ? `\n${place.trim()}` : ""}` };
  }
}

// Other programs take their time on a busy machine: only the processor's own time counts, and the best of some tries.
async function isSlow(target: Target, input: Uint8Array): Promise<boolean> {
  for (let time = 0; time < REMEASURED; time++) {
    const before = process.cpuUsage();
    await behaviourOf(target, input);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1_000 <= SLOW_MS) return false;
  }
  return true;
}
