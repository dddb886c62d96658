// `mimewright compose`: JSON in, a message out.
import { resolve } from "node:path";
import { type Message, type RenderOptions, toChunks } from "../index.ts";
import { writeEml } from "../node.ts";
import { given, oneFile, readArgs, timeOf } from "./args.ts";
import { EXIT, type Io, TroubleError, UsageError } from "./io.ts";
import { issueReport, plural } from "./issue-lines.ts";
import { checkInput, failureOf, loadMail } from "./load.ts";
import { paintOf } from "./paint.ts";

export const help = `mimewright compose message.json [-o out.eml] [options]

Makes a message of the options of message(), written as JSON. Without -o it goes to the standard output.
Times are ISO 8601 with a zone. An attachment is { "file": "report.pdf" } with "filename", "contentType", "cid" or
"disposition" beside it; "text", "html" and the "content" of a calendar can be { "file": "page.html" } too. Files are
searched from the folder of the JSON file, and only there.

  -o, --output FILE  the file to write: there whole or not at all
  --seed TEXT        boundaries and a missing Message-ID come from it: the same seed, the same bytes
  --date TIME        the Date of a message that has none (default: now)
  --id-domain NAME   the right side of a missing Message-ID
  --legacy-names     file names for old Outlook and QQ beside those of RFC 2231
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
  if (mail.kind === "raw") throw new UsageError(`${path} is no JSON: its name ends in .json`);
  const checked = checkInput(mail);
  if (checked.issues.length > 0) io.err(issueReport(checked.issues, paintOf(io, "err")));
  if (!checked.ok) return EXIT.failed;
  await write(checked.value, values.output, options, io);
  return EXIT.done;
}

async function write(m: Message, output: string | undefined, options: RenderOptions, io: Io): Promise<void> {
  if (output === undefined || output === "-") {
    for await (const chunk of toChunks(m, options)) io.out(chunk);
    return;
  }
  try {
    const { bytes } = await writeEml(resolve(io.cwd, output), m, options);
    io.out(`${output}: ${plural(bytes, "byte")}\n`);
  } catch (error) {
    if (error instanceof Error && "code" in error && "syscall" in error) {
      throw new TroubleError(`${output}: ${failureOf(error)}`);
    }
    throw error;
  }
}
