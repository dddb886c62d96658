// Reads messages with GMime, through its bindings for Python.
import { fileURLToPath } from "node:url";
import { childReader, runs } from "./child-reader.ts";
import type { MailReader } from "./reading.ts";

const SCRIPT = fileURLToPath(new URL("./read_gmime.py", import.meta.url));
const CHECK = 'import gi; gi.require_version("GMime", "3.0"); from gi.repository import GMime';

// The system's Python has the bindings, whichever comes first in PATH.
const python = ["python3", "/usr/bin/python3"].find((command) => runs(command, ["-c", CHECK]));

/** False on a machine without GMime's bindings. */
export const gmimeRuns = python !== undefined;

/** Starts a Python that reads. */
export function gmime(): MailReader {
  return childReader("GMime", python ?? "python3", [SCRIPT]);
}
