// A chart of the sending statistics: one bar for each 15 minutes of the last 24 hours, its parts stacked.
import type { PointJson } from "../api.ts";
import { el, longTime, number, plural, svg } from "./dom.ts";

const QUARTER = 15 * 60 * 1_000;
const BARS = 96;
const HEIGHT = 180;
const TOP = 14;
const BOTTOM = 22;
const LEFT = 34;

const SERIES = [
  { key: "delivered", label: "Delivered" },
  { key: "bounces", label: "Bounces" },
  { key: "complaints", label: "Complaints" },
  { key: "rejects", label: "Rejects" },
] as const;

type Counts = Readonly<Record<(typeof SERIES)[number]["key"], number>>;

interface Frame {
  readonly width: number;
  /** Hours between two marks of the time axis. */
  readonly marks: number;
}

// A narrow screen gets its own drawing, so that its texts keep their size.
function frame(): Frame {
  return matchMedia("(max-width: 760px)").matches ? { width: 400, marks: 6 } : { width: 960, marks: 4 };
}

/** The chart with its legend, and the same numbers as a table. */
export function statisticsChart(points: readonly PointJson[], now: Date): HTMLElement {
  const end = Math.floor(now.getTime() / QUARTER) * QUARTER;
  const start = end - (BARS - 1) * QUARTER;
  const shown = points.filter((point) => Date.parse(point.at) >= start);
  const sums = new Map(SERIES.map(({ key }) => [key, shown.reduce((sum, point) => sum + countsOf(point)[key], 0)]));
  const legend = SERIES.map(({ key, label }) =>
    el("li", { class: key }, el("span", { class: "swatch" }), `${label} `, el("b", {}, number(sums.get(key) ?? 0))),
  );
  return el(
    "figure",
    { class: "chart" },
    el("ul", { class: "legend" }, ...legend),
    drawing(shown, start, summary(sums)),
    table(shown),
  );
}

// An attempt that bounced or was rejected is not delivered; one that was complained about is.
function countsOf({ deliveryAttempts, bounces, complaints, rejects }: PointJson): Counts {
  return { delivered: Math.max(0, deliveryAttempts - bounces - complaints - rejects), bounces, complaints, rejects };
}

function summary(sums: ReadonlyMap<string, number>): string {
  const parts = SERIES.map(({ key, label }) => `${label.toLowerCase()} ${number(sums.get(key) ?? 0)}`);
  return `Recipients in the last 24 hours: ${parts.join(", ")}`;
}

function drawing(points: readonly PointJson[], start: number, label: string): Node {
  const { width, marks } = frame();
  const most = niceTop(Math.max(1, ...points.map((point) => sum(countsOf(point)))));
  const scale = (HEIGHT - TOP - BOTTOM) / most;
  const step = (width - LEFT) / BARS;
  const bars = points.flatMap((point) => {
    const x = LEFT + ((Date.parse(point.at) - start) / QUARTER) * step;
    return stack(countsOf(point), { x, width: Math.max(2, step - 2), scale }, point.at);
  });
  return svg(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": label },
    ...gridLines(most, scale, width),
    ...hourMarks(start, step, marks),
    ...bars,
  );
}

function sum(counts: Counts): number {
  return counts.delivered + counts.bounces + counts.complaints + counts.rejects;
}

// 2, 4, 6, 10, 20, 40, …: the first that holds the tallest bar; its half is a whole number too.
function niceTop(most: number): number {
  let unit = 1;
  for (;;) {
    for (const factor of [2, 4, 6, 10]) if (unit * factor >= most) return unit * factor;
    unit *= 10;
  }
}

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly scale: number;
}

function stack(counts: Counts, { x, width, scale }: Bar, at: string): readonly Node[] {
  let y = HEIGHT - BOTTOM;
  return SERIES.filter(({ key }) => counts[key] > 0).map(({ key, label }) => {
    const height = Math.max(1.5, counts[key] * scale);
    y -= height;
    const title = svg("title", {}, `${longTime(at)}: ${label.toLowerCase()} ${number(counts[key])}`);
    return svg("rect", { x, y, width, height, class: key }, title);
  });
}

function gridLines(most: number, scale: number, width: number): readonly Node[] {
  return [0, most / 2, most].flatMap((value) => {
    const y = HEIGHT - BOTTOM - value * scale;
    return [
      svg("line", { x1: LEFT, x2: width, y1: y, y2: y, class: "grid" }),
      svg("text", { x: LEFT - 8, y: y + 4, class: "axis", "text-anchor": "end" }, number(value)),
    ];
  });
}

function hourMarks(start: number, step: number, every: number): readonly Node[] {
  const marks: Node[] = [];
  for (let bar = 0; bar < BARS; bar++) {
    const at = new Date(start + bar * QUARTER);
    if (at.getMinutes() !== 0 || at.getHours() % every !== 0) continue;
    const x = LEFT + bar * step;
    marks.push(svg("text", { x, y: HEIGHT - 6, class: "axis" }, `${String(at.getHours()).padStart(2, "0")}:00`));
  }
  return marks;
}

function table(points: readonly PointJson[]): HTMLElement {
  const names = ["From", "Attempts", "Bounces", "Complaints", "Rejects"];
  const rows = [...points].reverse().map((point) => {
    const figures = [point.deliveryAttempts, point.bounces, point.complaints, point.rejects];
    return el(
      "tr",
      {},
      el("td", {}, longTime(point.at)),
      ...figures.map((value) => el("td", { class: "figure" }, number(value))),
    );
  });
  const head = el("tr", {}, ...names.map((name) => el("th", { attributes: { scope: "col" } }, name)));
  return el(
    "details",
    {},
    el("summary", {}, `As a table: ${plural(points.length, "point")}`),
    el("div", { class: "scroll" }, el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))),
  );
}
