// What a matcher cannot compare with is an error, under `.not` as well: a test that holds whatever the mail is says
// nothing.
import { message, sesV1, toBytes } from "mimewright";
import { matchers } from "mimewright/testing";
import { describe, expect, it } from "vitest";

const m = message({ from: "ann@example.com", to: "bob@example.com", subject: "Hello", text: "Hello" });
const bytes = toBytes(m);

describe.each([
  ["a message", m],
  ["bytes", bytes],
])("a matcher of %s", (_what, mail) => {
  const use = (name: keyof typeof matchers, ...given: readonly unknown[]) =>
    Reflect.apply(matchers[name], { isNot: true }, [mail, ...given]);

  it.each([undefined, null, 5, {}, new URL("https://example.com/")])("refuses to look for %s", (wanted) => {
    const text = "expected a string";
    for (const name of ["toHaveSubject", "toHavePart", "toHaveAttachment", "toHaveLink"] as const) {
      expect(() => use(name, wanted)).toThrow(text);
    }
    if (wanted !== undefined) expect(() => use("toHaveHeader", "Subject", wanted)).toThrow(text);
    expect(() => use("toHaveHeader", wanted)).toThrow("input.option at name: expected a string");
  });

  it.each([null, "ses-v1", {}, { ...sesV1, byts: 5 }])("refuses limits that are not a profile: %j", (limits) => {
    for (const name of ["toFitLimits", "toHaveNoIssues"] as const) expect(() => use(name, limits)).toThrow(/at limits/);
  });

  it("refuses a file without a path", async () => {
    await expect(use("toMatchEml", undefined)).rejects.toThrow("input.option at path: expected a path or a file: URL");
  });
});
