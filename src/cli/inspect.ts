// `mimewright tree` and `mimewright diff`: what messages consist of, and how two of them differ.
import { type Difference, emlDiff, outline } from "../testing.ts";
import { anyText, type Command, type FlagTable, fileOf, oneFile, readFlags, repeated, someFiles } from "./args.ts";
import { EXIT, type Io, UnfitError } from "./io.ts";
import { mailOf } from "./load.ts";
import { unfitReport } from "./report.ts";
import { type Paint, paintOf, shown, shownLines } from "./terminal.ts";

/** Draws the MIME tree of one message. */
export const tree: Command = {
  flags: {},
  help: `mimewright tree file.eml|message.json|-

Draws the MIME tree: one line for each part, with its type, file name, Content-ID and the size of
its decoded content.
`,
  async run(args, io) {
    const line = readFlags(args, {}, oneFile);
    io.out(`${shownLines(await outline(await mailOf(fileOf(line), io)))}\n`);
    return EXIT.done;
  },
};

interface DiffFlags {
  readonly ignore: readonly string[];
  readonly keep: readonly string[];
}

const diffFlags: FlagTable<DiffFlags> = { ignore: repeated(anyText), keep: repeated(anyText) };

/** Compares two messages. */
export const diff: Command = {
  flags: diffFlags,
  help: `mimewright diff a.eml|a.json b.eml|b.json [options]

Compares two messages by their fields, MIME trees and decoded contents; - is the standard input.
Boundaries, folding, transfer encodings and the order of different fields are ignored; so are Date
and Message-ID, unless --keep names them.

  --ignore NAME  ignores this field; repeatable
  --keep NAME    compares Date or Message-ID too; repeatable
`,
  async run(args, io) {
    const { values, files } = readFlags(args, diffFlags, (line, place) => {
      someFiles(line, place);
      if (line.files.length === 1 || line.files.length > 2)
        place.error("input.option", `expected two files; got ${line.files.length}`);
    });
    const [one = "-", other = "-"] = files;
    return differences(one, other, values, io);
  },
};

async function differences(one: string, other: string, options: Partial<DiffFlags>, io: Io): Promise<number> {
  try {
    const found = await emlDiff(await mailOf(one, io), await mailOf(other, io), options);
    if (found.differences.length === 0) return EXIT.done;
    io.out(report(one, other, found.differences, paintOf(io, "out")));
    return EXIT.failed;
  } catch (error) {
    if (!(error instanceof UnfitError)) throw error;
    // Exit code 1 says that two messages differ: without two messages there is no comparison.
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
