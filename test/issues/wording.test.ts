// Issues as text for people: every one is there, errors first.
import { describe, expect, it } from "vitest";
import { describeIssues } from "../../src/issues/wording.ts";
import { errorIssue, warningIssue } from "../../src/issues.ts";

const issues = [
  warningIssue("cid.unreferenced", ["attachments", 0], "nobody shows it"),
  errorIssue("address.syntax", ["to", 2], "no address", { hint: "write name@example.com" }),
  errorIssue("header.name", [], "no name"),
];
const lines = [
  "address.syntax at to[2]: no address (write name@example.com)",
  "header.name: no name",
  "warning: cid.unreferenced at attachments[0]: nobody shows it",
];

describe("issues as text", () => {
  it("have a line each, errors first, each kind in the order of its report", () => {
    expect(describeIssues(issues)).toBe(lines.join("\n"));
  });

  it("end where no string could hold them, with how many are missing", () => {
    const [first = "", second = ""] = lines;
    const most = first.length + second.length + 1;
    expect(describeIssues(issues, most + 1)).toBe(`${first}\n${second}\nand 1 more: see issues`);
    expect(describeIssues(issues, most)).toBe(`${first}\n${second}\nand 1 more: see issues`);
    expect(describeIssues(issues, most - 1)).toBe(`${first}\nand 2 more: see issues`);
  });
});
