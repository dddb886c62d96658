// Which test file runs when. Files that no list names are tests of every change (`npm test`).

/** Rooms of functions over data: no file, no process, no network, and nothing left behind. `npm run check`. */
const rooms = ["octets", "headers", "read", "message", "render", "limits", "html", "reply", "charset"];
export const unit: readonly string[] = [
  ...rooms.map((room) => `test/${room}/**/*.test.ts`),
  ...["any-input", "door-arguments", "given", "golden", "injection", "issues"].map((name) => `test/${name}.test.ts`),
];

/** What looks for traces that others leave in the process, or takes its WebAssembly away: each in one of its own. */
export const alone: readonly string[] = [
  "test/octets/wasm.test.ts",
  // Before `mimewright/charset` was imported the legacy charsets are unknown.
  "test/local/charsets.test.ts",
  "test/regressions/nodemailer.test.ts",
];

/** Minutes of work: mixed faults, abuse, every block of documentation by the compiler. */
export const long: readonly string[] = [
  "test/faults/mix.test.ts",
  "test/faults/scenarios.test.ts",
  "test/local/http/abuse.test.ts",
  "test/docs/code-types.test.ts",
];

/** Processes that are killed again and again. */
export const kills: readonly string[] = ["test/local/storage/kill.test.ts"];

/** A real browser. */
export const browser: readonly string[] = [
  "test/local/pages/browser.test.ts",
  "test/local/pages/browser-safety.test.ts",
];

/** What needs SQLite. */
export const sqlite: readonly string[] = [
  "test/outbox/**/*.test.ts",
  ...["test/cli/outbox.test.ts", "test/docs/outbox-page.test.ts", "test/examples/statements.test.ts"],
];

/** The outbox: here where the runtime has SQLite, else on a Node that has it. */
export const outbox: readonly string[] =
  process.getBuiltinModule("node:sqlite") === undefined ? ["test/outbox-on-node-22.test.ts"] : sqlite;

/** Everything that `npm test` leaves to a run of another name. */
export const named: readonly string[] = [...long, ...kills, ...browser, ...sqlite, "test/outbox-on-node-22.test.ts"];
