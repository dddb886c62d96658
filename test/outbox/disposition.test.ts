import type { GroupResult, SendResult } from "mimewright/ses";
import { describe, expect, it } from "vitest";
import { dispositionOf, type RetrySchedule } from "../../src/deliver/outbox/disposition.ts";
import type { OutboxRecord } from "../../src/deliver/outbox/record.ts";
import { doubtful, refusal, taken } from "./support.ts";

const record: OutboxRecord = {
  ...{ id: 1, state: "inflight", fields: {}, bytes: 1, sha256: "00", attempts: 1, crashes: 0 },
  envelope: { from: "ann@example.com", to: ["bob@example.com"] },
  ...{ createdAt: 0, changedAt: 0, dueAt: 0 },
};
const schedule: RetrySchedule = { onAmbiguous: "report", maxAttempts: 3, retries: { base: 1_000, cap: 60_000 } };
const again = { ...schedule, onAmbiguous: "retry" } as const;

const group = (recipient: string, result: GroupResult["result"]): GroupResult => ({ recipients: [recipient], result });
const call = (result: SendResult): GroupResult["result"] => {
  if (result.status === "partial") throw new Error("one call has one outcome");
  return result;
};

describe("what becomes of a record", () => {
  it.each([
    ["sent", taken(), "sent"],
    ["a no that stays", refusal("MessageRejected", "never"), "dead"],
    ["a doubt", doubtful(), "unknown"],
  ] as const)("is final for %s", (_, result, state) => {
    expect(dispositionOf(record, result, schedule)).toMatchObject({ kind: "final", state, result });
  });

  it("waits after a no that may pass, twice as long each time, up to the cap", () => {
    const waits = [1, 2, 3, 30].map((attempts) =>
      dispositionOf({ ...record, attempts }, refusal("send.connection", "later"), { ...schedule, maxAttempts: 99 }),
    );
    expect(waits.map((one) => one.kind === "again" && one.wait)).toEqual([1_000, 2_000, 4_000, 60_000]);
  });

  it("is dead when the attempts are used up, one under, at and one over", () => {
    const kinds = [2, 3, 4].map(
      (attempts) => dispositionOf({ ...record, attempts }, refusal("Throttling", "later"), schedule).kind,
    );
    expect(kinds).toEqual(["again", "final", "final"]);
  });

  it("sends again after a doubt only at least once, and says unknown at the end", () => {
    expect(dispositionOf(record, doubtful(), again)).toMatchObject({ kind: "again", code: "ECONNRESET" });
    expect(dispositionOf({ ...record, attempts: 3 }, doubtful(), again)).toMatchObject({
      kind: "final",
      state: "unknown",
    });
  });

  it("does not count what is not the message's fault", () => {
    const quota: SendResult = {
      ...call(refusal("send.quota", "later")),
      status: "failed",
      retryAfter: 9_000,
    } as SendResult;
    const late = { ...record, attempts: 99 };
    expect(dispositionOf(late, quota, schedule)).toMatchObject({
      kind: "again",
      counted: false,
      wait: 9_000,
      refused: { retryAfter: 9_000 },
    });
    expect(dispositionOf(late, refusal("send.closed", "later"), schedule)).toMatchObject({
      kind: "again",
      counted: false,
      wait: 0,
    });
  });

  it("sends a split message again to the groups that are open, and keeps what is settled", () => {
    const groups = [group("a@x.example", call(taken())), group("b@x.example", call(refusal("Throttling", "later")))];
    const first = dispositionOf(record, { status: "partial", attempts: 2, groups }, schedule);
    expect(first).toMatchObject({ kind: "again", pending: ["b@x.example"] });
    const second = { ...record, attempts: 2, pending: ["b@x.example"], result: first.result };
    const end = dispositionOf(second, taken("id-2"), schedule);
    expect(end).toMatchObject({ kind: "final", state: "sent" });
    expect(end.result.groups?.map(({ recipients }) => recipients)).toEqual([["a@x.example"], ["b@x.example"]]);
  });

  it("puts the doubt above the no: what may have arrived is not dead", () => {
    const groups = [group("a@x.example", call(doubtful())), group("b@x.example", call(refusal("Rejected", "never")))];
    expect(dispositionOf(record, { status: "partial", attempts: 2, groups }, schedule)).toMatchObject({
      state: "unknown",
    });
  });
});
