// What sending costs beside composing, over a client that answers at once.
import { type Build, loadBuild, ways } from "../builds.ts";
import { type Contender, formatMs, race } from "../harness.ts";
import { nodemailer } from "../rivals/nodemailer.ts";
import { rows } from "../rows.ts";
import { atMost, formatNumber, type GoalOptions, plainRow, type Row, type RowGroup, timesFaster } from "./row.ts";

const SEND_OVER_BOTH = 1.3;
// `sendRaw` composes nothing; nodemailer's composing is the time that no change here moves.
const RAW_AGAINST_COMPOSING = 34;

const letters = [
  ["small", "a small message"],
  ["recipients", "1,000 recipients"],
  ["html", "1 MB of html"],
] as const;

/** `send` and `sendRaw`. */
export const sending: RowGroup = {
  name: "send",
  async *measure(options) {
    const build = await loadBuild(options.dist);
    yield await measureRaw(build, options);
    for (const [row, title] of letters) yield await measureSend(build, row, title, options);
  },
};

function contendersOf(build: Build, row: string, names: readonly string[]): readonly Contender[] {
  const letter = rows.get(row)?.();
  return names.map((name) => {
    const run = letter === undefined ? undefined : (ways.get(name)?.(build, letter) ?? nodemailer.prepare(letter));
    if (run === undefined) throw new RangeError(`no row ${row}`);
    return { name, run };
  });
}

async function measureRaw(build: Build, { budget }: GoalOptions): Promise<Row> {
  const contenders = contendersOf(build, "small", ["sendRaw", "toBytes", "message", "nodemailer"]);
  const [raw, bytes, made, composed] = await race(contenders, { budget });
  if (raw === undefined || bytes === undefined || made === undefined || composed === undefined) throw new Error();
  return plainRow({
    title: "`sendRaw` of a small message, nodemailer: composing it",
    goal: timesFaster(RAW_AGAINST_COMPOSING),
    ...{ found: composed.ratio, own: formatMs(raw.median) },
    beside: [
      ["over toBytes", formatNumber(1 / bytes.ratio)],
      ["toBytes", formatMs(bytes.median)],
      ["message", formatMs(made.median)],
    ],
  });
}

async function measureSend(build: Build, row: string, title: string, { budget }: GoalOptions): Promise<Row> {
  const contenders = contendersOf(build, row, ["toBytes+sendRaw", "send", "toBytes", "sendRaw"]);
  const [both, send, bytes, raw] = await race(contenders, { budget });
  if (both === undefined || send === undefined || bytes === undefined || raw === undefined) throw new Error();
  return plainRow({
    title: `\`send\` of ${title} over \`toBytes\` and \`sendRaw\``,
    goal: atMost(SEND_OVER_BOTH),
    ...{ found: send.ratio, own: formatMs(send.median) },
    beside: [
      ["both", formatMs(both.median)],
      ["toBytes", formatMs(bytes.median)],
      ["sendRaw", formatMs(raw.median)],
    ],
  });
}
