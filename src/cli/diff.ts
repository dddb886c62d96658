// `mimewright diff`: what differs between two messages for those who read them.
import { type Difference, emlDiff } from "../testing.ts";
import { readArgs } from "./args.ts";
import { EXIT, type Io, UsageError } from "./io.ts";
import { mailOf } from "./load.ts";
import { type Paint, paintOf, shown } from "./paint.ts";

export const help = `mimewright diff a.eml b.eml [options]

Compares two messages (.eml or .json) by fields, MIME tree and decoded contents. Boundaries, folding, transfer
encodings and the order of different fields are no difference; Date and Message-ID only where asked.
Exit code 0 when they are the same, 1 when they differ.

  --ignore NAME  a field that may differ; repeatable
  --keep NAME    Date or Message-ID must be the same too; repeatable
`;

/** Compares two files. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = readArgs({
    args: [...args],
    allowPositionals: true,
    options: { ignore: { type: "string", multiple: true }, keep: { type: "string", multiple: true } },
  });
  const [one, other, ...more] = positionals;
  if (one === undefined || other === undefined || more.length > 0) throw new UsageError("two files are compared");
  const { ignore, keep } = values;
  const { equal, differences } = await emlDiff(await mailOf(one, io), await mailOf(other, io), { ignore, keep });
  if (equal) return EXIT.done;
  const paint = paintOf(io, "out");
  io.out(`${paint("red", `- ${shown(one)}`)}\n${paint("green", `+ ${shown(other)}`)}\n`);
  for (const difference of differences) io.out(differenceLines(difference, paint));
  return EXIT.failed;
}

function differenceLines({ place, lines }: Difference, paint: Paint): string {
  const body = lines.map((line) => `  ${painted(shown(line), paint)}\n`).join("");
  return `\n${paint("bold", shown(place))}\n${body}`;
}

function painted(line: string, paint: Paint): string {
  if (line.startsWith("-")) return paint("red", line);
  return line.startsWith("+") ? paint("green", line) : line;
}
