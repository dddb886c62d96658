// What can be wrong with input, and how it is reported: one code, one path into what the caller wrote.
// With src/issues/ it is the lowest floor.
import type { issueCodes } from "./issues/codes.ts";
import { describeIssues } from "./issues/wording.ts";

/** A stable code of the form `room.rule`. */
export type IssueCode = (typeof issueCodes)[number];

/** An error stops the message; a warning tells what a reader or a relay may do to it. */
export type Severity = "error" | "warning";

/** Keys and indices from the caller's input down to the place that is wrong, as in `["to", 2]`. */
export type Path = readonly (string | number)[];

/** One thing that is wrong with the input. Never holds message content beyond the name of the place. */
export interface Issue {
  readonly code: IssueCode;
  readonly path: Path;
  readonly message: string;
  readonly severity: Severity;
  /** The section the rule comes from, as in `RFC 5322 s3.4`. */
  readonly rfc?: string;
  /** What to do about it. */
  readonly hint?: string;
  /** Bytes that are needed, where there was room for fewer. */
  readonly bytes?: number;
}

/** Optional parts of an {@link Issue}. */
export interface IssueDetail {
  readonly rfc?: string;
  readonly hint?: string;
  readonly bytes?: number;
}

/** An issue that stops the message. */
export function errorIssue(code: IssueCode, path: Path, message: string, detail?: IssueDetail): Issue {
  return { code, path, message, severity: "error", ...detail };
}

/**
 * The issue with what foreign code threw. It becomes the `cause` of a {@link MessageError}. The property is not
 * enumerable: what was thrown may hold anything, and issues are written to logs.
 */
export function causedBy(issue: Issue, cause: unknown): Issue {
  return Object.defineProperty({ ...issue }, "cause", Object.assign(Object.create(null), { value: cause }));
}

/** A frozen copy of an issue, at another path when one is given. */
export function frozenIssue(issue: Issue, path: Path = issue.path): Issue {
  const copy = { ...issue, path: Object.freeze([...path]) };
  return Object.freeze(Object.hasOwn(issue, "cause") ? causedBy(copy, Reflect.get(issue, "cause")) : copy);
}

function causeOf(issue: Issue): { readonly cause: unknown } | undefined {
  return Object.hasOwn(issue, "cause") ? { cause: Reflect.get(issue, "cause") } : undefined;
}

/** An issue that lets the message through. */
export function warningIssue(code: IssueCode, path: Path, message: string, detail?: IssueDetail): Issue {
  return { code, path, message, severity: "warning", ...detail };
}

/** Takes the issues that checks report. */
export interface IssueSink {
  /** How many errors were reported so far, so that a check can see whether it reported one. */
  readonly errorCount: number;
  add(issue: Issue): void;
}

/**
 * A sink in front of another one, which adds to it what `map` makes of each issue: nothing where that is undefined. It
 * counts the errors that it was given, so that a check sees its own, whatever becomes of them.
 */
export function mappedSink(sink: IssueSink, map: (issue: Issue) => Issue | undefined): IssueSink {
  let errorCount = 0;
  return {
    get errorCount() {
      return errorCount;
    },
    add(issue) {
      if (issue.severity === "error") errorCount++;
      const mapped = map(issue);
      if (mapped !== undefined) sink.add(mapped);
    },
  };
}

/** A sink in front of another one, which passes on what `keep` says. */
export function filteredSink(sink: IssueSink, keep: (issue: Issue) => boolean): IssueSink {
  return mappedSink(sink, (issue) => (keep(issue) ? issue : undefined));
}

/**
 * The issues of one check, in the order of their report, each a frozen copy. Checks never throw for bad input: they
 * report at their {@link Place} and go on.
 *
 * @example
 * const list = new IssueList();
 * readRecipients(input.to, list.root.at("to"));
 * list.throwIfErrors(MessageError);
 */
export class IssueList implements IssueSink {
  readonly #issues: Issue[] = [];
  #errors = 0;
  readonly #relabel: ((path: Path) => Path) | undefined;

  /** @param relabel - turns the path of each issue into the one that the caller knows */
  constructor(relabel?: (path: Path) => Path) {
    this.#relabel = relabel;
  }

  /** The place of the whole input, whose path is empty. */
  get root(): Place {
    return new Place(this);
  }

  add(issue: Issue): void {
    if (issue.severity === "error") this.#errors++;
    this.#issues.push(frozenIssue(issue, this.#relabel?.(issue.path)));
  }

  addAll(issues: Iterable<Issue>): void {
    for (const issue of issues) this.add(issue);
  }

  /** A frozen copy of what was reported so far. */
  get issues(): readonly Issue[] {
    return Object.freeze([...this.#issues]);
  }

  get errorCount(): number {
    return this.#errors;
  }

  get hasErrors(): boolean {
    return this.#errors > 0;
  }

  /** Throws an error that carries every issue, when at least one of them is an error. */
  throwIfErrors(kind: new (issues: readonly [Issue, ...Issue[]]) => Error): void {
    const [first, ...rest] = this.#issues;
    if (first !== undefined && this.hasErrors) throw new kind([first, ...rest]);
  }
}

/**
 * A place in the caller's input and where its issues go: what every check takes beside the value. Making one costs no
 * list: the path is put together when there is an issue.
 *
 * @example
 * for (const [index, address] of to.entries()) readAddress(address, place.at(index));
 */
export class Place {
  readonly sink: IssueSink;
  readonly parent: Place | undefined;
  readonly key: string | number;

  constructor(sink: IssueSink, parent?: Place, key: string | number = "") {
    this.sink = sink;
    this.parent = parent;
    this.key = key;
  }

  /** The place of a key or an index inside this one. */
  at(key: string | number): Place {
    return new Place(this.sink, this, key);
  }

  /** The place of a whole path inside this one. */
  in(path: Path): Place {
    return path.reduce<Place>((place, key) => place.at(key), this);
  }

  /** How many errors were reported so far, here or elsewhere. */
  get errorCount(): number {
    return this.sink.errorCount;
  }

  /** The same place, whose issues go elsewhere. */
  into(sink: IssueSink): Place {
    return new Place(sink, this.parent?.into(sink), this.key);
  }

  get path(): Path {
    const keys: (string | number)[] = [];
    for (let place: Place = this; place.parent !== undefined; place = place.parent) keys.push(place.key);
    return keys.reverse();
  }

  /** Reports an issue that stops the message. Returns undefined, so that a reader can end with it. */
  error(code: IssueCode, message: string, detail?: IssueDetail): undefined {
    this.sink.add(errorIssue(code, this.path, message, detail));
  }

  /** Reports an issue that lets the message through. */
  warning(code: IssueCode, message: string, detail?: IssueDetail): void {
    this.sink.add(warningIssue(code, this.path, message, detail));
  }
}

/** The outcome of a check: a value (its issues are warnings), or every issue. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly issues: readonly Issue[] }
  | { readonly ok: false; readonly issues: readonly Issue[] };

/** True when at least one of the issues stops the message. */
export function hasError(issues: readonly Issue[]): boolean {
  return issues.some((issue) => issue.severity === "error");
}

/** What {@link MessageError} and {@link OptionError} have in common. */
export interface IssueError extends Error {
  /** Everything that was found, warnings included. */
  readonly issues: readonly Issue[];
  /** The code of the first issue that is an error. */
  readonly code: IssueCode;
  /** The path of the first issue that is an error. */
  readonly path: Path;
}

/**
 * Thrown for input that cannot become a message. `issues` has every issue at once; `message` has a line for
 * each: code, path, what is wrong, what to write instead.
 *
 * @example
 * try { message({ from: "ann", to: "bob@example.com" }); }
 * catch (error) { if (error instanceof MessageError) console.log(error.message); }
 */
export class MessageError extends Error implements IssueError {
  override readonly name = "MessageError";
  readonly issues: readonly Issue[];
  readonly code: IssueCode;
  readonly path: Path;

  constructor(issues: readonly Issue[]) {
    const frozen = allFrozen(issues);
    const first = firstError(frozen);
    super(describeIssues(frozen), causeOf(first));
    this.issues = frozen;
    this.code = first.code;
    this.path = first.path;
  }
}

/**
 * Thrown by an entry point for options that cannot be used: a misspelt name, a value of the wrong kind. A TypeError, so
 * that code which only knows TypeErrors goes on working; `issues` and `message` are those of a {@link MessageError}.
 *
 * @example
 * try { await sender.send(m, { tagz: {} }); }
 * catch (error) { if (error instanceof OptionError) console.log(error.message); } // … did you mean "tags"?
 */
export class OptionError extends TypeError implements IssueError {
  override readonly name = "OptionError";
  readonly issues: readonly Issue[];
  readonly code: IssueCode;
  readonly path: Path;

  constructor(issues: readonly Issue[]) {
    const frozen = allFrozen(issues);
    const first = firstError(frozen);
    super(describeIssues(frozen), causeOf(first));
    this.issues = frozen;
    this.code = first.code;
    this.path = first.path;
  }
}

function firstError(issues: readonly Issue[]): Issue {
  const first = issues.find(({ severity }) => severity === "error") ?? issues[0];
  if (first === undefined) throw new RangeError("an error needs at least one issue");
  return first;
}

function allFrozen(issues: readonly Issue[]): readonly Issue[] {
  const isFrozen = (issue: Issue) => Object.isFrozen(issue) && Object.isFrozen(issue.path);
  return Object.freeze(issues.map((issue) => (isFrozen(issue) ? issue : frozenIssue(issue))));
}
