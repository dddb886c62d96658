// `mimewright tree`: the MIME tree of a message.
import { outline } from "../testing.ts";
import { oneFile, readArgs } from "./args.ts";
import { EXIT, type Io } from "./io.ts";
import { mailOf } from "./load.ts";
import { shownLines } from "./terminal.ts";

export const help = `mimewright tree file.eml|message.json|-

Draws the MIME tree: type, file name, Content-ID and size of the decoded content, one line a part.

Exit codes: 0 drawn; 1 JSON that is no message; 2 a file that cannot be read or holds no mail.
`;

/** Draws one tree. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { positionals } = readArgs({ args: [...args], allowPositionals: true, options: {} });
  io.out(`${shownLines(await outline(await mailOf(oneFile(positionals), io)))}\n`);
  return EXIT.done;
}
