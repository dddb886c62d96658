import "mimewright/vitest";
import { message } from "mimewright";
import { assertPreflight, PreflightError } from "mimewright/preflight";
import { describe, expect, it } from "vitest";

const base = { from: "ann@example.com", to: "bob@example.org", subject: "Hello", text: "Hello." };
const good = message(base);
const bad = message({ ...base, subject: "Hi {{name}}", html: '<img src="https://example.com/a.png">' });

describe("preflight in a test", () => {
  it("passes a mail that nothing is wrong with", async () => {
    await assertPreflight(good);
    await expect(good).toPassPreflight();
    await expect(bad).not.toPassPreflight();
  });

  it("fails with everything that was found, where it stands, and what to do", async () => {
    const error = await assertPreflight(bad).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PreflightError);
    expect(error).toMatchObject({ findings: [{ rule: "placeholder" }, { rule: "image-alt" }] });
    await expect(expect(bad).toPassPreflight()).rejects.toThrow(
      /error placeholder at subject: "\{\{name\}\}" was not filled in \(.*\)\nwarning image-alt at html line 1: /,
    );
  });

  it("takes the options of preflight", async () => {
    await expect(bad).toPassPreflight({ placeholders: ["name"], rules: { "image-alt": "off" } });
    await expect(good).not.toPassPreflight({ audience: "bulk" });
  });
});
