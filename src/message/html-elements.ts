// The open elements of an html document, as far as they decide what a tag or a text is: svg and math have rules of their
// own, and what a template holds is not shown. WHATWG HTML s13.2.4.2, s13.2.6.5.

/** Elements of one kind inside one another: of html, or of svg and math. */
interface Segment {
  readonly kind: "html" | "foreign";
  /** True for what a template element holds. */
  readonly isTemplate: boolean;
  readonly names: string[];
  /** How many of each name are open. */
  readonly counts: Map<string, number>;
  /** Places in `names` of the elements of svg and math that hold html. */
  readonly points: number[];
}

/** The elements that are open at a place in the source. */
export interface OpenElements {
  /** Never empty: the first one is of html. */
  readonly segments: Segment[];
  templates: number;
}

/** A start tag as the tree builder takes it. */
export interface OpenedTag {
  readonly name: string;
  readonly selfClosing: boolean;
  /** True when the tag has this attribute. */
  readonly has: (attribute: string) => boolean;
  /** True for an annotation-xml whose encoding is that of html. */
  readonly holdsHtml: boolean;
}

/** Nothing is open. */
export function noElements(): OpenElements {
  return { segments: [segment("html", false)], templates: 0 };
}

function segment(kind: Segment["kind"], isTemplate: boolean): Segment {
  return { kind, isTemplate, names: [], counts: new Map(), points: [] };
}

function top({ segments }: OpenElements): Segment {
  return segments.at(-1) ?? segment("html", false);
}

/** True where the innermost open element is one of svg or math. */
export function isForeign(open: OpenElements): boolean {
  return top(open).kind === "foreign";
}

/** The innermost open element. */
export function innermost(open: OpenElements): string {
  return top(open).names.at(-1) ?? "";
}

// s13.1.2: elements without an end tag, and those that the parser closes at once.
const VOID = new Set(
  "area base basefont bgsound br col embed frame hr img image input keygen link meta param source track wbr".split(" "),
);

// s13.2.6.5: html elements that end svg and math.
const BREAKOUT = new Set(
  (
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta " +
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
  ).split(" "),
);

// s13.2.4.2: html integration points of svg, text integration points of math.
const SVG_POINTS = new Set(["foreignobject", "desc", "title"]);
const MATH_POINTS = new Set(["mi", "mo", "mn", "ms", "mtext"]);

/** Opens an element. @returns whose rules its content follows */
export function openElement(open: OpenElements, tag: OpenedTag): Segment["kind"] {
  const { name } = tag;
  if (isForeign(open) && !takesHtml(open, name)) {
    if (!isBreakout(tag)) {
      if (!tag.selfClosing) pushForeign(open, tag);
      return "foreign";
    }
    popToPoint(open);
  }
  if (name === "svg" || name === "math") {
    if (tag.selfClosing) return "foreign";
    open.segments.push(segment("foreign", false));
    pushForeign(open, tag);
    return "foreign";
  }
  if (!VOID.has(name)) pushHtml(open, name);
  return "html";
}

// s13.2.6: what decides between the rules of html and those of foreign content.
function takesHtml(open: OpenElements, name: string): boolean {
  const { names, points } = top(open);
  const inner = names.at(-1) ?? "";
  if (inner === "annotation-xml" && name === "svg") return true;
  if (points.at(-1) !== names.length - 1) return false;
  return !(MATH_POINTS.has(inner) && (name === "mglyph" || name === "malignmark"));
}

function isBreakout({ name, has }: OpenedTag): boolean {
  return BREAKOUT.has(name) || (name === "font" && (has("color") || has("face") || has("size")));
}

function pushForeign(open: OpenElements, { name, holdsHtml }: OpenedTag): void {
  const inner = top(open);
  const isMath = inner.names[0] === "math" || name === "math";
  if (isMath ? MATH_POINTS.has(name) || (name === "annotation-xml" && holdsHtml) : SVG_POINTS.has(name)) {
    inner.points.push(inner.names.length);
  }
  push(inner, name);
}

function pushHtml(open: OpenElements, name: string): void {
  if (isForeign(open)) open.segments.push(segment("html", false));
  push(top(open), name);
  if (name !== "template") return;
  open.segments.push(segment("html", true));
  open.templates++;
}

function push({ names, counts }: Segment, name: string): void {
  names.push(name);
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

/** Closes the element that an end tag names, with everything open in it; an end tag of nothing is passed over. */
export function closeElement(open: OpenElements, name: string): void {
  const inner = top(open);
  const isInForeign = inner.kind === "foreign" && (inner.counts.get(name) ?? 0) > 0;
  if (name === "template" && !isInForeign) closeTemplate(open);
  else if (inner.kind === "foreign" && !isInForeign) closeAround(open, name);
  else popTo(inner, name);
  tidy(open);
}

// An end tag within svg or math of an element of html.
function closeAround(open: OpenElements, name: string): void {
  if (name === "p" || name === "br") popToPoint(open);
  else {
    // It ends the element around svg or math, unless an element that holds html is open in between.
    if (top(open).points.length > 0 || !open.segments.at(-2)?.counts.get(name)) return;
    open.segments.pop();
  }
  if (!isForeign(open)) popTo(top(open), name);
}

function closeTemplate(open: OpenElements): void {
  if (open.templates === 0) return;
  while (!top(open).isTemplate) open.segments.pop();
  open.segments.pop();
  open.templates--;
  popTo(top(open), "template");
}

// Every element is popped once, so that closing is linear over a document.
function popTo(inner: Segment, name: string): void {
  let left = inner.counts.get(name) ?? 0;
  while (left > 0) if (pop(inner) === name) left = 0;
}

function pop({ names, counts, points }: Segment): string | undefined {
  const name = names.pop();
  if (name !== undefined) counts.set(name, (counts.get(name) ?? 1) - 1);
  if (points.at(-1) === names.length) points.pop();
  return name;
}

// Up to an element of svg or math that holds html, or to the html around.
function popToPoint(open: OpenElements): void {
  const inner = top(open);
  while (inner.names.length > 0 && inner.points.at(-1) !== inner.names.length - 1) pop(inner);
  tidy(open);
}

function tidy(open: OpenElements): void {
  const inner = top(open);
  if (open.segments.length > 1 && inner.names.length === 0 && !inner.isTemplate) open.segments.pop();
}
