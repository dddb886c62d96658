// Whether the files that are open are still the ones that the next process will find: a file that was deleted or replaced
// takes every write, and nobody sees any of it again.
import { statSync } from "node:fs";
import { OutboxError } from "./error.ts";
import type { OutboxFiles } from "./files.ts";

/** The files as they were when they were opened. */
export class Presence {
  readonly #known: readonly { readonly path: string; readonly identity: string | undefined }[];

  constructor({ main, owner }: Pick<OutboxFiles, "main" | "owner">) {
    this.#known = [main, owner].map((path) => ({ path, identity: identityOf(path) }));
  }

  /** @throws OutboxError `outbox.write` when one of them is another one, or gone */
  check(): void {
    if (this.#known.every(({ path, identity }) => identityOf(path) === identity)) return;
    throw new OutboxError("outbox.write", "the file was deleted or replaced while it was open: close the outbox");
  }
}

function identityOf(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
}
