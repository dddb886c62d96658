// The programs that tests compare with and run on, and that a machine may lack: what is then not tested.
import { spawnSync } from "node:child_process";

const runs = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const chromium = process.env.MIMEWRIGHT_CHROMIUM ?? "chromium";

const oracles = [
  ["chromium", "the inbox page and the pictures in a real browser", () => runs(chromium, "--version")],
  ["redis", "the queue", () => runs(process.env.MIMEWRIGHT_REDIS ?? "redis-server", "--version")],
  ["python3", "messages, charsets and encodings read by Python", () => runs("python3", "-c", "import email")],
  ["boto3", "the endpoint by Python's client", () => runs("/usr/bin/python3", "-c", "import boto3")],
  [
    "Email::MIME and Email::Address::XS",
    "messages read by Perl",
    () => runs("perl", "-MEmail::MIME", "-MEmail::Address::XS", "-MJSON::PP", "-e", "1"),
  ],
  [
    "GMime",
    "messages read by GMime",
    () => runs("/usr/bin/python3", "-c", "import gi; gi.require_version('GMime', '3.0')"),
  ],
];

/** @returns what is not here, and what is not tested for want of it */
export function missingOracles() {
  return oracles.filter(([, , isHere]) => !isHere()).map(([name, purpose]) => ({ name, purpose }));
}
