// `mimewright compose`: JSON in, a message out.
import { toChunks } from "../index.ts";
import {
  anyText,
  type Command,
  type FlagTable,
  fileOf,
  given,
  oneFile,
  readFlags,
  timeWithZone,
  toggle,
  valued,
} from "./args.ts";
import { writeWhole } from "./files.ts";
import { EXIT, InterruptedError, type Io, UsageError } from "./io.ts";
import { loadMail, renderInput } from "./load.ts";
import { issueReport, plural } from "./report.ts";
import { paintOf, shown, shownLines } from "./terminal.ts";

interface ComposeFlags {
  readonly output: string;
  readonly seed: string;
  readonly date: Date;
  readonly idDomain: string;
  readonly legacyNames: boolean;
}

const flags: FlagTable<ComposeFlags> = {
  output: valued(anyText, { short: "o" }),
  seed: valued(anyText),
  date: valued(timeWithZone),
  idDomain: valued(anyText),
  legacyNames: toggle,
};

/** Composes one message. */
export const compose: Command = {
  flags,
  help: `mimewright compose message.json|- [-o out.eml] [options]

Composes a message from the options of message(), written as JSON, and writes it to a file or to
the standard output. Times are ISO 8601 with a zone. An attachment is { "file": "report.pdf" }, with
"filename", "contentType", "cid" or "disposition" beside it; "text", "html" and the "content" of a
calendar can be { "file": "page.html" } too. Paths start at the folder of the JSON file, and files
outside of it are not read.

  -o, --output FILE  the file to write; an incomplete file is never left behind
  --seed TEXT        derives boundaries and a missing Message-ID from TEXT: same seed, same bytes
  --date TIME        the Date of a message that has none (default: now)
  --id-domain NAME   the right side of a missing Message-ID
  --legacy-names     also writes file names for old Outlook and QQ, beside those of RFC 2231
`,
  async run(args, io) {
    const line = readFlags(args, flags, oneFile);
    const { output, seed, date, idDomain, legacyNames } = line.values;
    const path = fileOf(line);
    const mail = await loadMail(path, io);
    if (mail.kind === "raw") throw new UsageError(notJson(path));
    const options = {
      ...{ ...given("seed", seed), ...given("idDomain", idDomain), ...given("legacyNames", legacyNames) },
      ...(date === undefined ? {} : { now: () => date }),
    };
    const composed = renderInput(mail, { options });
    if (composed.issues.length > 0) io.err(issueReport(composed.issues, paintOf(io, "err")));
    if (!composed.ok) return EXIT.failed;
    await write(toChunks(composed.rendered), output, io);
    return EXIT.done;
  },
};

// The standard input has no name to know its kind by.
function notJson(path: string): string {
  return path === "-"
    ? "the standard input is not JSON: expected it to begin with {"
    : `${path} is not JSON: expected a file whose name ends in .json`;
}

async function write(chunks: AsyncIterable<Uint8Array>, output: string | undefined, io: Io): Promise<void> {
  if (output !== undefined && output !== "-") {
    const bytes = await writeWhole(output, chunks, io);
    io.out(`${shown(output)}: ${plural(bytes, "byte")}\n`);
    return;
  }
  const decoder = new TextDecoder();
  for await (const chunk of chunks) {
    if (io.signal.aborted) throw new InterruptedError("interrupted while writing");
    // A person reads lines; a program gets the octets as they are.
    if (io.terminals.out) io.out(shownLines(decoder.decode(chunk, { stream: true }).replaceAll("\r", "")));
    else await io.pour(chunk);
  }
}
