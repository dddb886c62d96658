// What a case is, and what the command line says about all of them.

/** One case: one kind of work, every rival that can do it. */
export interface Bench {
  /** What `--only` names. */
  readonly name: string;
  readonly title: string;
  /** Prints its own table. False when something is not as it must be. */
  run(options: BenchOptions): Promise<boolean>;
}

/** What the command line asks for. */
export interface BenchOptions {
  /** Bytes of the attachment in the streaming case. */
  readonly streamBytes: number;
}
