// A browser of a few lines, led over the pipes of the DevTools protocol: what it is asked goes to a file beside it.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./folder.ts";

/** How it behaves. */
export type Mood =
  /** Answers everything, pictures in pieces; the page is ready when it was asked three times. */
  | "willing"
  /** Ends at once. */
  | "crashing"
  /** Answers nothing, and does not end when it is asked to. */
  | "silent"
  /** Refuses to open pages. */
  | "refusing"
  /** Speaks something else. */
  | "babbling";

/** The picture that it takes: the bytes of a text, as long as a real one so that it comes in pieces. */
export const PICTURE = Buffer.from("picture ".repeat(50_000));

const script = (mood: Mood, log: string) => `#!${process.execPath}
const { appendFileSync, createReadStream, writeSync } = require("node:fs");
const log = (line) => appendFileSync(${JSON.stringify(log)}, JSON.stringify(line) + "\\n");
log({ args: process.argv.slice(2) });
if (${JSON.stringify(mood)} === "crashing") process.exit(7);
const picture = Buffer.from("picture ".repeat(50_000)).toString("base64");
let ready = 0;
const ANSWERS = {
  "Target.createTarget": () => ({ targetId: "target" }),
  "Target.attachToTarget": () => ({ sessionId: "session" }),
  "Runtime.evaluate": () => ({ result: { value: ++ready > 2 } }),
  "Page.getLayoutMetrics": () => ({ cssContentSize: { height: 1234.5 } }),
  "Page.captureScreenshot": () => ({ data: picture }),
};
function write(text) {
  for (let at = 0; at < text.length; at += 40_000) {
    const piece = Buffer.from(text.slice(at, at + 40_000));
    for (let done = 0; done < piece.length; ) try { done += writeSync(4, piece, done); } catch (error) { if (error.code !== "EAGAIN") throw error; }
  }
}
function answer({ id, method, params, sessionId }) {
  log({ method, params, sessionId });
  if (${JSON.stringify(mood)} === "silent") return;
  if (${JSON.stringify(mood)} === "babbling") return write("HTTP/1.1 400 Bad Request\\0");
  if (${JSON.stringify(mood)} === "refusing" && method === "Target.createTarget")
    return write(JSON.stringify({ id, error: { code: -32000, message: "no pages today" } }) + "\\0");
  write(JSON.stringify({ method: "Some.event", params: {} }) + "\\0");
  write(JSON.stringify({ id, result: (ANSWERS[method] ?? (() => ({})))(), sessionId }) + "\\0");
  if (method === "Browser.close") process.exit(0);
}
let rest = "";
createReadStream("", { fd: 3 }).on("data", (chunk) => {
  const messages = (rest + chunk).split("\\0");
  rest = messages.pop();
  for (const message of messages) answer(JSON.parse(message));
});
`;

interface Logged {
  readonly args?: readonly string[];
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** Puts one into a folder of its own. */
export function fakeBrowser(mood: Mood) {
  const cwd = folder({ log: "" });
  const path = join(cwd, "browser.cjs");
  writeFileSync(path, script(mood, join(cwd, "log")));
  chmodSync(path, 0o755);
  const log = (): readonly Logged[] =>
    readFileSync(join(cwd, "log"), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { path, log };
}
