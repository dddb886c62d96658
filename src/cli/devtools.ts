// A browser that is led over a pipe: Chrome DevTools Protocol, as far as one picture needs it. Nothing listens on a
// port, and nothing but the browser is needed. https://chromedevtools.github.io/devtools-protocol/
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/** What a command of the protocol gives. */
export type Answer = Readonly<Record<string, unknown>>;

interface Pending {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: Error) => void;
}

// Milliseconds that a browser has for its end.
const PATIENCE = 5_000;

/** A browser that runs. */
export class Browser {
  readonly #child: ChildProcess;
  readonly #commands: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #exited: Promise<void>;
  /** Why it does not run any more. */
  #end: Error | undefined;
  #last = 0;
  #rest: string[] = [];

  /** Starts the program; what cannot be started makes every call reject. */
  constructor(command: string, args: readonly string[], signal: AbortSignal) {
    const child = spawn(command, ["--remote-debugging-pipe", ...args], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      signal,
      killSignal: "SIGKILL",
    });
    const [, , , commands, answers] = child.stdio;
    if (!isWritable(commands) || !isReadable(answers)) throw new TypeError("there is no pipe to the browser");
    this.#child = child;
    this.#commands = commands;
    this.#exited = new Promise((done) => {
      const end = (why: string) => {
        this.#end ??= new Error(why);
        this.#fail(this.#end);
        done();
      };
      // More than one may come: what cannot be ended is told as an error too.
      child.on("error", (error) => end(error.message));
      child.once("exit", (code) => end(`it ended${code === null ? "" : ` with code ${code}`}`));
    });
    // The pipe breaks when the browser ends, which is told by then.
    commands.on("error", () => undefined);
    answers.on("error", () => undefined);
    answers.setEncoding("utf8");
    answers.on("data", (text: string) => this.#read(text));
  }

  /** Calls a command of the browser, or of the page of a session. */
  call(method: string, params: object = {}, sessionId?: string): Promise<Answer> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      if (this.#end !== undefined) return reject(this.#end);
      this.#pending.set(id, { resolve, reject });
      this.#commands.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });
  }

  /** Ends the browser, and waits for it. */
  async close(): Promise<void> {
    // The answer may be cut off by the end that was asked for.
    this.call("Browser.close").catch(() => undefined);
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
    await this.#exited;
    clearTimeout(timer);
  }

  // Messages end with a NUL; a picture comes in many pieces.
  #read(text: string): void {
    const pieces = text.split("\0");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      this.#answer([...this.#rest, piece].join(""));
      this.#rest = [];
    }
    if (last !== "") this.#rest.push(last);
  }

  #answer(text: string): void {
    const message = parsed(text);
    if (message === undefined) this.#fail(new Error("it does not speak the DevTools protocol"));
    // Events have no id.
    if (typeof message?.id !== "number") return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (isAnswer(message.error)) pending?.reject(new Error(String(message.error.message)));
    else pending?.resolve(isAnswer(message.result) ? message.result : {});
  }

  #fail(error: Error): void {
    for (const { reject } of this.#pending.values()) reject(error);
    this.#pending.clear();
  }
}

function parsed(text: string): Answer | undefined {
  try {
    const message: unknown = JSON.parse(text);
    return isAnswer(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null;
}

function isWritable(stream: unknown): stream is Writable {
  return isAnswer(stream) && typeof stream.write === "function";
}

function isReadable(stream: unknown): stream is Readable {
  return isAnswer(stream) && typeof stream.setEncoding === "function";
}

/** A text in an answer. @throws Error when there is none: the browser speaks another protocol */
export function textIn(answer: Answer, name: string): string {
  const value = answer[name];
  if (typeof value === "string") return value;
  throw new Error(`the browser gave no ${name}`);
}

/** The number at a path of an answer; 0 when there is none. */
export function numberIn(answer: Answer, ...path: readonly string[]): number {
  let value: unknown = answer;
  for (const name of path) value = isAnswer(value) ? value[name] : undefined;
  return typeof value === "number" ? value : 0;
}
