import { describe, expect, it } from "vitest";
import { folder, INPUT } from "./folder.ts";
import { ran } from "./terminal.ts";

describe("mimewright check --preflight --reader", () => {
  it("tells what a mail client does not show", async () => {
    const cwd = folder({ "m.json": { ...INPUT, html: '<p style="display:flex">x</p>' } });
    const { exit, out } = await ran(["check", "m.json", "--preflight", "--reader", "outlook.windows"], { cwd });
    expect([exit, out]).toEqual([0, expect.stringContaining("display:flex is not shown by outlook.windows")]);
  });

  it("refuses a client that nobody knows", async () => {
    const cwd = folder({ "m.json": { ...INPUT, html: "<p>x</p>" } });
    const { exit, err } = await ran(["check", "m.json", "--preflight", "--reader", "pine.*"], { cwd });
    expect([exit, err]).toEqual([2, expect.stringContaining("pine.*")]);
  });
});
