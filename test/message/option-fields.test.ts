import { describe, expect, it } from "vitest";
import { issuesOf, renderedOf } from "./support.ts";

describe("priority", () => {
  it("writes the three fields that readers look at, and nothing when it is normal", () => {
    expect(renderedOf({ priority: "high" })).toContain(
      "\r\nX-Priority: 1 (Highest)\r\nImportance: high\r\nPriority: urgent\r\n",
    );
    expect(renderedOf({ priority: "low" })).toContain(
      "\r\nX-Priority: 5 (Lowest)\r\nImportance: low\r\nPriority: non-urgent\r\n",
    );
    expect(renderedOf({ priority: "normal" })).toBe(renderedOf({}));
  });

  it.each(["urgent", "HIGH", "", 1, null, "toString"])("is no %j", (priority) => {
    expect(issuesOf({ priority })).toEqual(["header.value priority"]);
  });
});

describe("autoSubmitted", () => {
  it("is a keyword", () => {
    expect(renderedOf({ autoSubmitted: "auto-replied" })).toContain("\r\nAuto-Submitted: auto-replied\r\n");
    for (const autoSubmitted of ["", "auto generated", "auto-generated; a=b", "ü", 5, "a".repeat(79)]) {
      expect(issuesOf({ autoSubmitted })).toEqual(["header.value autoSubmitted"]);
    }
    expect(issuesOf({ autoSubmitted: "a".repeat(78) })).toEqual([]);
  });
});

describe("fields of options", () => {
  it("are not told twice when several are in headers too", () => {
    expect(
      issuesOf({ priority: "low", autoSubmitted: "no", headers: { "Auto-Submitted": "no", Priority: "urgent" } }),
    ).toEqual(["header.repeated headers.Auto-Submitted", "header.repeated headers.Priority"]);
  });
});
