import { message, render } from "mimewright";
import type { SendResult } from "mimewright/ses";
import { beforeEach, describe, expect, it } from "vitest";
import { Slots } from "../../src/deliver/core/line.ts";
import type { Passage } from "../../src/deliver/queue/budget.ts";
import { ContentError } from "../../src/deliver/queue/job.ts";
import {
  type Begun,
  type Entry,
  type Ground,
  type Holder,
  type Ledger,
  type Outcome,
  type Settled,
  UnsavedLedger,
} from "../../src/deliver/queue/ledger.ts";
import { type RunEnd, type RunFrame, type RunningJob, type RunTerms, runJob } from "../../src/deliver/queue/run-job.ts";

const sent: SendResult = { status: "sent", messageId: "id", attempts: 1 };
const refused: SendResult = { status: "failed", code: "MessageRejected", message: "no", retryable: false, attempts: 1 };
const away: SendResult = { status: "failed", code: "send.connection", message: "away", retryable: true, attempts: 6 };
const doubtful: SendResult = {
  status: "unknown",
  attempts: 1,
  cause: { code: "ECONNRESET", message: "reset" },
  sha256: "00",
};

/** What is on record, what was asked, and what the world does: each test says only what differs. */
interface World {
  entry: Entry;
  begun: Begun | "error";
  settled: Settled;
  /** Runs that ended; undefined when there is an outcome. */
  runs: number | undefined;
  passage: Passage;
  /** What the service does with what is written. */
  outcome: SendResult;
  composing: Error | undefined;
}

let world: World;
let told: string[];
let frame: RunFrame;

const m = message({ from: "ann@example.com", to: "bob@example.com", text: "x" });
const never = new AbortController().signal;
const calledOff: SendResult = { status: "failed", code: "send.aborted", message: "-", retryable: false, attempts: 0 };

/** As a sender does it: paced, then marked, then written. */
async function written({ rate, beforeFirstByte }: RunTerms, outcome: () => SendResult): Promise<SendResult> {
  if (!(await rate.take(1, never))) return calledOff;
  try {
    await beforeFirstByte({ attempt: 1, recipients: ["bob@example.com"], signal: never });
  } catch {
    return calledOff;
  }
  told.push("write");
  return outcome();
}

const thrice = (terms: RunTerms) => Promise.all([1, 2, 3].map(() => written(terms, () => sent)));

let renderings = 0;

const ledger: Ledger = {
  look: async () => world.entry,
  tried: async () => void told.push("try"),
  ready: async () => void told.push("ready"),
  begin: async () => {
    told.push("mark");
    if (world.begun === "error") throw new Error("away");
    return world.begun;
  },
  settle: async (_holder: Holder, ground: Ground, { result }: Outcome) => {
    told.push(`${result.status} as ${ground}`);
    return world.settled;
  },
  back: async (_holder, counts) => {
    told.push(`back ${counts}`);
    return world.runs;
  },
};

beforeEach(() => {
  told = [];
  renderings = 0;
  world = {
    ...{
      entry: { tries: 0 },
      begun: "go",
      settled: "done",
      runs: 1,
      passage: { kind: "go" },
      outcome: sent,
      composing: undefined,
    },
  };
  frame = {
    ledger,
    budget: { take: async () => world.passage, halve: async () => {}, limited: true, state: { rate: 1, level: 0 } },
    holds: {
      refused: async (_attempt, { code }, field) => {
        told.push(`${code} holds ${field}`);
        return 7_000;
      },
      tried: async (_attempt, said) => void told.push(`${said} after a try`),
    },
    render: async () => {
      if (world.composing !== undefined) throw world.composing;
      renderings++;
      return render(m, { seed: "s", now: () => new Date(0) });
    },
    send: (_m, _job, terms) => written(terms, () => world.outcome),
    maxBytes: 1_000_000,
    ...{ onAmbiguous: "report", runs: 3, deaths: 2, suspects: new Slots(1), calls: new Slots(16) },
  };
});

const job = (stalls = 0): RunningJob => ({
  ...{ id: "1", lock: "l", attempt: "a", data: { v: 1, m: {}, n: 1 }, stalls },
  rendering: { seed: "s", now: () => new Date(0) },
});
const turns = () => new Promise((resolve) => setTimeout(resolve, 0));
const run = (stalls?: number): Promise<RunEnd> => runJob(job(stalls), frame);

describe("a run", () => {
  it("marks before the first byte, and records the outcome after it", async () => {
    expect(await run()).toEqual({ kind: "outcome", result: sent, settled: "done" });
    expect(told).toEqual(["mark", "write", "sent as marked"]);
  });

  it.each([refused, doubtful])("records $status as what it is", async (outcome) => {
    world.outcome = outcome;
    expect(await run()).toMatchObject({ kind: "outcome", result: outcome });
    expect(told.at(-1)).toBe(`${outcome.status} as marked`);
  });

  it("writes nothing when the mark cannot be put on record", async () => {
    world.begun = "error";
    await expect(run()).rejects.toThrow("away");
    expect(told).toEqual(["mark"]);
  });

  it("writes nothing when the job is somebody else's or gone", async () => {
    for (const begun of ["lost", "gone"] as const) {
      world.begun = begun;
      expect(await run()).toEqual({ kind: "left" });
    }
    expect(told).toEqual(["mark", "mark"]);
  });

  it("finds an outcome that is on record", async () => {
    world.begun = "done";
    world.entry = { result: sent, tries: 0 };
    expect(await run()).toEqual({ kind: "outcome", result: sent, settled: "found" });
    expect(told).toEqual(["mark"]);
  });

  it("marks once for all attempts and groups, and none of them goes when that is refused", async () => {
    frame = { ...frame, send: async (_m, _job, terms) => (await thrice(terms))[2] ?? calledOff };
    expect(await run()).toMatchObject({ kind: "outcome", result: sent });
    expect(told).toEqual(["mark", "write", "write", "write", "sent as marked"]);
    told = [];
    world.begun = "lost";
    expect(await run()).toEqual({ kind: "left" });
    expect(told).toEqual(["mark"]);
  });

  it("is no failure when the mark was confirmed after the send had been stopped: the message goes back", async () => {
    let confirm = () => {};
    const slow: Ledger = { ...ledger, begin: () => new Promise((resolve) => (confirm = () => resolve("go"))) };
    const late: SendResult = { status: "failed", code: "send.deadline", message: "-", retryable: true, attempts: 1 };
    frame = {
      ...{ ...frame, ledger: slow },
      send: async (_m, _job, terms) => {
        void written(terms, () => sent);
        await turns();
        return late;
      },
    };
    const running = run();
    await turns();
    await turns();
    expect(told).toEqual([]);
    confirm();
    expect(await running).toEqual({ kind: "wait" });
    expect(told).toContain("back free");
  });

  it("records what a transport says that asked for no mark", async () => {
    frame = { ...frame, send: async () => sent };
    expect(await run()).toMatchObject({ kind: "outcome", result: sent });
    expect(told).toEqual(["sent as unmarked"]);
  });

  it("tells the truth even after others had to say unknown", async () => {
    world.settled = "corrected";
    expect(await run()).toEqual({ kind: "outcome", result: sent, settled: "corrected" });
  });
});

describe("after the death of a worker", () => {
  it("a message that was not marked is sent", async () => {
    expect(await run(1)).toMatchObject({ kind: "outcome", result: sent });
  });

  it("a marked one is unknown, with what identifies it, and not sent", async () => {
    world.entry = { marked: "other", tries: 0 };
    const end = await run(1);
    expect(end).toMatchObject({
      kind: "outcome",
      result: {
        status: "unknown",
        cause: { code: "send.interrupted" },
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        ownMessageId: expect.stringMatching(/^<.+@example\.com>$/),
      },
    });
    expect(told).toEqual(["unknown as doubt", "ready"]);
  });

  it("it is the same whether the mark is seen before composing or after it", async () => {
    world.begun = "doubt";
    expect(await run()).toMatchObject({ kind: "outcome", result: { status: "unknown" } });
    expect(told).toEqual(["mark", "unknown as doubt"]);
    // One rendering serves the send and what identifies the message.
    expect(renderings).toBe(1);
  });

  it("a marked one that can no longer be composed is unknown all the same", async () => {
    world.entry = { marked: "other", tries: 0 };
    world.composing = new ContentError("gone");
    expect(await run(1)).toMatchObject({ result: { status: "unknown", sha256: "" } });
  });

  it("at least once, a marked one is sent again, but not for ever", async () => {
    frame = { ...frame, onAmbiguous: "retry" };
    world.entry = { marked: "other", tries: 0 };
    expect(await run(1)).toMatchObject({ result: sent });
    expect(await run(10)).toMatchObject({ result: { status: "unknown" } });
    world.entry = { marked: "other", tries: 2 };
    expect(await run(1)).toMatchObject({ result: { status: "unknown" } });
  });

  it("an outcome on record is what counts", async () => {
    world.entry = { marked: "other", result: doubtful, tries: 0 };
    expect(await run(1)).toEqual({ kind: "outcome", result: doubtful, settled: "found" });
    expect(told).toEqual(["ready"]);
  });

  it("a message that was alone when workers died is given up, if it was never on its way", async () => {
    world.entry = { tries: 1 };
    expect(await run(7)).toMatchObject({ result: sent });
    expect(told).toEqual(["try", "ready", "mark", "write", "sent as marked"]);
    world.entry = { tries: 2 };
    told = [];
    expect(await run(1)).toMatchObject({ result: { status: "failed", code: "send.poison", attempts: 0 } });
    expect(told).toEqual(["failed as unmarked", "ready"]);
  });

  it("a failure that can pass is no death", async () => {
    world.composing = new ContentError("away");
    await run(1);
    expect(told).toEqual(["try", "back counts", "ready"]);
  });

  it("messages are made ready one by one, and wait for the rate together", async () => {
    const waiting: (() => void)[] = [];
    const composed: string[] = [];
    frame = {
      ...frame,
      render: async () => {
        composed.push("composed");
        return render(m);
      },
      budget: {
        ...frame.budget,
        take: () => new Promise((resolve) => waiting.push(() => resolve({ kind: "go" }))),
      },
    };
    let goOn = () => {};
    const { send } = frame;
    const rendering = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    frame = { ...frame, send: async (...args) => rendering.then(() => send(...args)) };
    const both = [run(1), run(1)];
    await turns();
    expect(composed).toHaveLength(1);
    goOn();
    await turns();
    expect([composed.length, waiting.length]).toEqual([2, 2]);
    for (const go of waiting) go();
    expect(await Promise.all(both)).toMatchObject([{ result: sent }, { result: sent }]);
  });
});

describe("the places of a worker", () => {
  it("are held from the mark to the outcome, so that a death leaves no more than those unknown", async () => {
    let confirm = () => {};
    const slow: Ledger = { ...ledger, settle: () => new Promise((resolve) => (confirm = () => resolve("done"))) };
    frame = { ...frame, calls: new Slots(1), ledger: slow };
    const both = [run(), run()];
    await turns();
    expect(told).toEqual(["mark", "write"]);
    confirm();
    await turns();
    expect(told).toEqual(["mark", "write", "mark", "write"]);
    confirm();
    await Promise.all(both);
  });

  it("are free again after a failure and after the end of the day", async () => {
    frame = { ...frame, calls: new Slots(1) };
    world.begun = "error";
    await expect(run()).rejects.toThrow("away");
    world.begun = "go";
    world.passage = { kind: "day", in: 1 };
    expect(await run()).toMatchObject({ kind: "day" });
    world.passage = { kind: "go" };
    expect(await run()).toMatchObject({ kind: "outcome", result: sent });
  });
});

describe("a failure that can pass", () => {
  it("takes the mark back and comes again, as often as runs say", async () => {
    world.outcome = away;
    expect(await run()).toEqual({ kind: "again", run: 1, result: away });
    world.runs = 3;
    expect(await run()).toMatchObject({ kind: "outcome", result: away });
    expect(told).toEqual(["mark", "write", "back counts", "mark", "write", "back counts", "failed as unmarked"]);
  });

  it("is recorded as the truth when somebody had to say unknown meanwhile", async () => {
    world.outcome = away;
    world.runs = undefined;
    await run();
    expect(told.at(-1)).toBe("failed as marked");
  });

  it("may be a content that is away", async () => {
    world.composing = new ContentError("away");
    expect(await run()).toMatchObject({ kind: "again", result: { code: "send.content", attempts: 0 } });
    expect(told).toEqual(["back counts"]);
  });
});

describe("what is not a failure", () => {
  it("is the end of the day: the message goes back, and everybody rests", async () => {
    world.passage = { kind: "day", in: 60_000 };
    expect(await run()).toEqual({ kind: "day", in: 60_000 });
    world.passage = { kind: "go" };
    world.outcome = {
      status: "failed",
      code: "send.quota",
      message: "-",
      retryable: true,
      attempts: 1,
      retryAfter: 300_000,
      scope: "account",
    };
    const reason = { code: "send.quota", message: "-", scope: "account" };
    expect(await run()).toEqual({ kind: "held", in: 7_000, reason, how: "waits" });
    expect(told).toEqual(["back free", "mark", "write", "send.quota holds account", "back free"]);
  });

  it("is a refusal that every message would get: it is put on record for all workers, and the message comes after others", async () => {
    const no = { ...refused, code: "ExpiredToken", retryable: true, scope: "account" as const };
    world.outcome = no;
    const reason = { code: "ExpiredToken", message: "no", scope: "account" };
    expect(await run()).toEqual({ kind: "held", in: 7_000, reason, how: "delays" });
    expect(told).toEqual(["mark", "write", "ExpiredToken holds account", "back free"]);
  });

  it("is what the worker's own sender holds back, or the ledger: nothing was written", async () => {
    const reason = { code: "ExpiredToken", message: "no", scope: "account" as const };
    frame = {
      ...frame,
      send: async () => ({ ...refused, ...reason, retryable: true, attempts: 0, retryAfter: 400 }),
    };
    expect(await run()).toEqual({ kind: "held", in: 400, reason, how: "waits" });
    frame = { ...frame, send: (_m, _job, terms) => written(terms, () => sent) };
    world.begun = { in: 900, hold: { ...reason, account: "default", since: 0, until: 1 } };
    expect(await run()).toEqual({ kind: "held", in: 900, reason, how: "waits" });
    expect(told).toEqual(["back free", "mark", "back free"]);
  });

  it.each([
    ["sent", sent, "consent"],
    ["refused alone", { ...refused, httpStatus: 400 }, "consent"],
    ["not looked at", away, "nothing"],
    ["unknown", doubtful, "nothing"],
  ] as const)("says to all workers what came of the one that tries: %s", async (_, outcome, said) => {
    world.begun = "try";
    world.outcome = outcome;
    await run();
    expect(told.slice(0, 3)).toEqual(["mark", "write", `${said} after a try`]);
  });

  it("is a worker that closes", async () => {
    world.passage = { kind: "aborted" };
    expect(await run()).toEqual({ kind: "wait" });
    frame = {
      ...frame,
      send: () => Promise.reject(Object.assign(new Error("the sender is closed"), { code: "send.closed" })),
    };
    expect(await run()).toEqual({ kind: "wait" });
  });
});

describe("outcomes that Redis does not confirm", () => {
  it("are kept until it does, for who closes the worker", async () => {
    let confirm = () => {};
    const slow = new UnsavedLedger({
      ...ledger,
      settle: () => new Promise((resolve) => (confirm = () => resolve("done"))),
    });
    frame = { ...frame, ledger: slow };
    const running = run();
    while (slow.unsaved.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(slow.unsaved).toEqual([{ id: "1", result: sent }]);
    confirm();
    await running;
    expect(slow.unsaved).toEqual([]);
  });
});
