// Reads messages with the `email` package of Python's standard library, under its default policy.
import { fileURLToPath } from "node:url";
import { childReader, runs } from "./child-reader.ts";
import type { MailReader } from "./reading.ts";

const SCRIPT = fileURLToPath(new URL("./read_mail.py", import.meta.url));

/** False on a machine without Python 3. */
export const pythonRuns = runs("python3", ["-c", "import email"]);

/** Starts a Python that reads. */
export function pythonEmail(): MailReader {
  return childReader("python email", "python3", [SCRIPT]);
}
