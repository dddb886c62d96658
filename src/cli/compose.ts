// `mimewright compose`: JSON in, a message out.
import { type RenderOptions, toChunks } from "../index.ts";
import { given, oneFile, readArgs, timeOf } from "./args.ts";
import { writeWhole } from "./files.ts";
import { EXIT, InterruptedError, type Io, UsageError } from "./io.ts";
import { checkInput, loadMail } from "./load.ts";
import { issueReport, plural } from "./report.ts";
import { paintOf, shown, shownLines } from "./terminal.ts";

export const help = `mimewright compose message.json|- [-o out.eml] [options]

Makes a message of the options of message(), written as JSON. Without -o it goes to the standard
output. Times are ISO 8601 with a zone. An attachment is { "file": "report.pdf" } with "filename",
"contentType", "cid" or "disposition" beside it; "text", "html" and the "content" of a calendar can
be { "file": "page.html" } too. Files are searched from the folder of the JSON file, and only there.

  -o, --output FILE  the file to write: there whole or not at all
  --seed TEXT        boundaries and a missing Message-ID come from it: same seed, same bytes
  --date TIME        the Date of a message that has none (default: now)
  --id-domain NAME   the right side of a missing Message-ID
  --legacy-names     file names for old Outlook and QQ beside those of RFC 2231

Exit codes: 0 composed, perhaps with warnings; 1 errors, and nothing is written; 2 no JSON, or a
file that cannot be read or written.
`;

/** Composes one message. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      seed: { type: "string" },
      date: { type: "string" },
      "id-domain": { type: "string" },
      "legacy-names": { type: "boolean" },
    },
  });
  const path = oneFile(positionals);
  const date = values.date === undefined ? undefined : timeOf("--date", values.date);
  const options: RenderOptions = {
    ...given("seed", values.seed),
    ...given("idDomain", values["id-domain"]),
    ...given("legacyNames", values["legacy-names"]),
    ...(date === undefined ? {} : { now: () => date }),
  };
  const mail = await loadMail(path, io);
  if (mail.kind === "raw") throw new UsageError(noJson(path));
  const checked = checkInput(mail);
  if (checked.issues.length > 0) io.err(issueReport(checked.issues, paintOf(io, "err")));
  if (!checked.ok) return EXIT.failed;
  await write(toChunks(checked.value, options), values.output, io);
  return EXIT.done;
}

// The standard input has no name to know its kind by: what begins with a brace is JSON.
function noJson(path: string): string {
  return path === "-"
    ? "the standard input is no JSON: it begins with {"
    : `${path} is no JSON: its name ends in .json`;
}

async function write(chunks: AsyncIterable<Uint8Array>, output: string | undefined, io: Io): Promise<void> {
  if (output !== undefined && output !== "-") {
    const bytes = await writeWhole(output, chunks, io);
    io.out(`${shown(output)}: ${plural(bytes, "byte")}\n`);
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    if (io.signal.aborted) throw new InterruptedError("ended while writing");
    // A person reads lines; a program gets the octets as they are.
    if (io.terminals.out) io.out(shownLines(decoder.decode(chunk, { stream: true }).replaceAll("\r", "")));
    else await io.pour(chunk);
  }
}
