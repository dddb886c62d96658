import { describe, expect, it } from "vitest";
import { paintOf, progressOf, shown, shownLines } from "../../src/cli/terminal.ts";
import { terminal } from "./terminal.ts";

const SEEN = { out: true, err: true };
const PIPED = { out: false, err: false };

describe("text of others", () => {
  it.each([
    ["\u001b[2J", "\\u001b[2J"],
    ["\u009b31m", "\\u009b31m"],
    ["a\r\nb\tc", "a\\u000d\\u000ab\\u0009c"],
    ["\u0000\u0007\u007f", "\\u0000\\u0007\\u007f"],
    ["gpj.\u202eexe", "gpj.\\u202eexe"],
    ["a\u2028b\u2066c", "a\\u2028b\\u2066c"],
    ["Zoë 太郎 👩‍🚀", "Zoë 太郎 👩‍🚀"],
  ])("stands in a line without orders to the terminal: %j", (text, safe) => {
    expect(shown(text)).toBe(safe);
  });

  it("keeps its own lines and tabs where it may have some", () => {
    expect(shownLines("a\n\tb\r\u001b]0;title\u0007")).toBe("a\n\tb\\u000d\\u001b]0;title\\u0007");
  });

  it("is valid JSON still where it stood in JSON", () => {
    const json = JSON.stringify({ name: "\u009b31m\u202e" }, undefined, 2);
    expect(JSON.parse(shownLines(json))).toEqual({ name: "\u009b31m\u202e" });
    expect(shownLines(json)).not.toContain("\u009b");
  });
});

describe("colours", () => {
  const isPainted = (env: Readonly<Record<string, string>>, terminals = SEEN) =>
    paintOf({ env, terminals }, "out")("red", "x") === "\u001b[31mx\u001b[39m";

  it.each([
    [{}, SEEN, true],
    [{}, PIPED, false],
    [{ NO_COLOR: "1" }, SEEN, false],
    [{ NO_COLOR: "" }, SEEN, true],
    [{ TERM: "dumb" }, SEEN, false],
    [{ FORCE_COLOR: "1" }, PIPED, true],
    [{ FORCE_COLOR: "" }, PIPED, true],
    [{ FORCE_COLOR: "0" }, SEEN, false],
    [{ FORCE_COLOR: "false" }, SEEN, false],
    [{ FORCE_COLOR: "1", NO_COLOR: "1" }, PIPED, true],
  ])("with %j on terminals %j: %s", (env, terminals, painted) => {
    expect(isPainted(env, terminals)).toBe(painted);
  });

  it("are those of the stream that is written to", () => {
    const io = { env: {}, terminals: { out: false, err: true } };
    expect(paintOf(io, "out")("bold", "x")).toBe("x");
    expect(paintOf(io, "err")("bold", "x")).not.toBe("x");
  });
});

describe("the progress line", () => {
  it("stands on the error stream of a terminal, and is taken away", () => {
    const { io, written } = terminal({ isTerminal: true });
    const progress = progressOf(io);
    progress.show("one");
    progress.show("two");
    progress.clear();
    progress.clear();
    expect(written.err).toBe("\r\u001b[2Kone\r\u001b[2Ktwo\r\u001b[2K");
    expect(written.out).toBe("");
  });

  it.each([[{}], [{ isTerminal: true, env: { TERM: "dumb" } }]])("is not there for %j", (surroundings) => {
    const { io, written } = terminal(surroundings);
    progressOf(io).show("one");
    progressOf(io).clear();
    expect(written).toMatchObject({ out: "", err: "" });
  });

  it("never takes two lines, wide characters included", () => {
    const { io, written } = terminal({ isTerminal: true, columns: 8 });
    progressOf(io).show("abc太郎太郎");
    expect(written.err).toBe("\r\u001b[2Kabc太郎");
  });
});
