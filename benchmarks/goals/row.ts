// A row of the table of goals: what was measured, what it is to be, and what was measured beside it.

/** What a row is to reach. */
export interface Goal {
  readonly bound: "at least" | "at most";
  readonly value: number;
  /** Written behind the number: `x`, ` MB`. */
  readonly unit: string;
}

/** One row, measured. */
export interface Row {
  readonly title: string;
  /** A letter that every library composed in one process: `found` is of nodemailer's time. */
  readonly composed: boolean;
  readonly goal: Goal;
  /** In the goal's unit. */
  readonly found: number;
  /** This library's own time, rate or size. */
  readonly own: string;
  /** How many times as fast this library is as others beside nodemailer, by their names. */
  readonly rivals: readonly (readonly [name: string, ratio: number])[];
  /** What else was measured, by name. */
  readonly beside: readonly (readonly [name: string, value: string])[];
  /** What a rival leaves out or writes wrong. */
  readonly notes: readonly string[];
  /** False when this library's own result is not what was meant. */
  readonly right: boolean;
}

/** Rows that are measured together. */
export interface RowGroup {
  /** What `--rows` names. */
  readonly name: string;
  /** Yields each row as soon as it is measured. */
  measure(options: GoalOptions): AsyncGenerator<Row>;
}

/** What the command line says. */
export interface GoalOptions {
  /** The folder of the build that is measured. */
  readonly dist: string;
  /** Milliseconds of CPU time that each contender of a race may spend. */
  readonly budget: number;
  /** Octets of the attachment that is streamed. */
  readonly streamBytes: number;
}

/** At least so many times as fast as the rival. */
export function timesFaster(value: number): Goal {
  return { bound: "at least", value, unit: "x" };
}

/** At most so much. */
export function atMost(value: number, unit = ""): Goal {
  return { bound: "at most", value, unit };
}

/** A row without notes whose result needs no check. */
export function plainRow(row: Pick<Row, "title" | "goal" | "found" | "own" | "beside">): Row {
  return { ...row, composed: false, rivals: [], notes: [], right: true };
}

/** Whether the row is what it is to be. */
export function isReached({ goal: { bound, value }, found }: Pick<Row, "goal" | "found">): boolean {
  return bound === "at least" ? found >= value : found <= value;
}

/** The goal as it is written: `>= 35x`. */
export function formatGoal({ bound, value, unit }: Goal): string {
  return `${bound === "at least" ? ">=" : "<="} ${value}${unit}`;
}

/** A number with three digits that count, at the most two of them behind the point. */
export function formatNumber(value: number): string {
  return value.toFixed(value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2);
}

/** How many times as fast, with the digits that two runs have in common. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio >= 9.5 ? 0 : ratio >= 0.95 ? 1 : 2);
}
