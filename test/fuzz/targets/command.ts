// What the command reads from its input: messages as JSON, and raw ones.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXIT } from "../../../src/cli/io.ts";
import { ran } from "../../cli/terminal.ts";
import { promised, stepOf, type Target } from "../target.ts";
import { options } from "./messages.ts";

// Nothing is in it: no file is found, and none is written.
const cwd = mkdtempSync(join(tmpdir(), "mimewright-fuzz-"));
const ENDS = new Set<number>([EXIT.done, EXIT.failed, EXIT.usage]);

export const command: Target = {
  name: "command",
  isJson: true,
  words: [...options.words, "file", "../../etc/passwd", "a.txt", "\u001b[31m", "\u0007"],
  longest: 8_000,
  async run(input) {
    const ends = [];
    for (const args of [
      ["check", "-"],
      ["tree", "-"],
      ["compose", "-"],
    ]) {
      const { exit, out, err } = await ran(args, { cwd, stdin: input });
      promised(ENDS.has(exit), `${args[0]} ends with ${exit}: ${err.slice(0, 300)}`);
      promised(!/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(out + err), `${args[0]} shows no control characters`);
      ends.push(exit, ...new Set((out + err).match(/\b[a-z]+\.[a-z-]+\b/g)?.slice(0, 3)));
    }
    return `${ends.join(" ")} ${stepOf(input.length >> 8)}`;
  },
};
