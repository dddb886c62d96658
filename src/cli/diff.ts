// `mimewright diff`: what differs between two messages for those who read them.
import { type Difference, emlDiff } from "../testing.ts";
import { readArgs, someFiles } from "./args.ts";
import { EXIT, type Io, UnfitError, UsageError } from "./io.ts";
import { mailOf } from "./load.ts";
import { unfitReport } from "./report.ts";
import { type Paint, paintOf, shown } from "./terminal.ts";

export const help = `mimewright diff a.eml|a.json b.eml|b.json [options]

Compares two messages by fields, MIME tree and decoded contents; - is the standard input.
Boundaries, folding, transfer encodings and the order of different fields are no difference; Date
and Message-ID only where asked.

  --ignore NAME  a field that may differ; repeatable
  --keep NAME    Date or Message-ID must be the same too; repeatable

Exit codes: 0 the same; 1 they differ; 2 a file that cannot be read or is no message.
`;

/** Compares two files. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: { ignore: { type: "string", multiple: true }, keep: { type: "string", multiple: true } },
  });
  const [one, other, ...more] = someFiles(positionals);
  if (other === undefined || more.length > 0) throw new UsageError("two files are compared");
  try {
    const { differences } = await emlDiff(await mailOf(one, io), await mailOf(other, io), values);
    if (differences.length === 0) return EXIT.done;
    io.out(report(one, other, differences, paintOf(io, "out")));
    return EXIT.failed;
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    // 1 says that two messages differ: without two messages nobody knows.
    io.err(unfitReport(error, paintOf(io, "err")));
    return EXIT.usage;
  }
}

function report(one: string, other: string, differences: readonly Difference[], paint: Paint): string {
  const head = `${paint("red", `- ${shown(one)}`)}\n${paint("green", `+ ${shown(other)}`)}\n`;
  return head + differences.map((difference) => differenceLines(difference, paint)).join("");
}

function differenceLines({ place, lines }: Difference, paint: Paint): string {
  const body = lines.map((line) => `  ${painted(shown(line), paint)}\n`).join("");
  return `\n${paint("bold", shown(place))}\n${body}`;
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith("-")) return paint("red", line);
  return line.startsWith("+") ? paint("green", line) : line;
}
