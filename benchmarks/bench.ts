// A case that has no goal and prints a table of its own.

/** One kind of work. */
export interface Bench {
  /** What `--only` names. */
  readonly name: string;
  readonly title: string;
  /** Prints its table. False when something is not as it must be. */
  run(): Promise<boolean>;
}
