// Reads messages with Email::MIME, where Perl has it.
import { fileURLToPath } from "node:url";
import { childReader, runs } from "./child-reader.ts";
import type { MailReader } from "./reading.ts";

const SCRIPT = fileURLToPath(new URL("./read_mail.pl", import.meta.url));

/** False on a machine without Perl, Email::MIME and Email::Address::XS. */
export const perlRuns = runs("perl", ["-MEmail::MIME", "-MEmail::Address::XS", "-MJSON::PP", "-e", "1"]);

/** Starts a Perl that reads. */
export function emailMime(): MailReader {
  return childReader("Email::MIME", "perl", [SCRIPT]);
}
