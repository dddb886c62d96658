import { describe, expect, it } from "vitest";
import { resolveOptions } from "../../src/mail/render/render-options.ts";
import { thrown } from "../message/support.ts";

const wrong = (options: unknown) =>
  thrown(() => resolveOptions(Object(options) === options ? Object(options) : (options as never)));

describe("render options", () => {
  it("are filled in: the time is now, the seed is random, names are not doubled", () => {
    const before = Date.now();
    const { time, seed, idDomain, legacyNames } = resolveOptions();
    expect(time).toBeGreaterThanOrEqual(before);
    expect(time).toBeLessThanOrEqual(Date.now());
    expect(resolveOptions({}).seed).not.toBe(seed);
    expect([idDomain, legacyNames]).toEqual([undefined, false]);
  });

  it("are taken as given", () => {
    const options = { now: () => new Date(5), seed: "", idDomain: "Example.COM", legacyNames: true };
    expect(resolveOptions(options)).toMatchObject({ time: 5, seed: "", legacyNames: true });
    expect(resolveOptions(options).idDomain?.toLowerCase()).toBe("example.com");
    expect(resolveOptions({ idDomain: "münchen.de" }).idDomain).toBe("xn--mnchen-3ya.de");
  });

  it.each([
    ["now", 5],
    ["now", new Date(0)],
    ["now", null],
    ["now", () => 5],
    ["now", () => new Date(Number.NaN)],
    ["now", () => new Date(8.64e15)],
    ["now", () => new Date(Date.UTC(1899, 0, 1))],
    ["seed", 5],
    ["seed", null],
    ["idDomain", ""],
    ["idDomain", "a b"],
    ["idDomain", "a@b"],
    ["idDomain", "example.com>\r\nX-Evil: 1"],
    ["idDomain", 5],
    ["idDomain", null],
    ["legacyNames", "yes"],
    ["legacyNames", 1],
  ])("are refused when %s is %s", (key, value) => {
    expect(wrong({ [key]: value })).toEqual([`input.option ${key}`]);
  });

  it("are refused under a name that no entry point has", () => {
    expect(wrong({ sed: "x" })).toEqual(["input.unknown-key sed"]);
  });

  it("are an object", () => {
    for (const options of [null, 5, "seed"]) expect(wrong(options)).toEqual(["input.option "]);
  });

  it("are told of all at once", () => {
    expect(wrong({ seed: 5, now: 5, legacyNames: 5 })).toEqual([
      "input.option seed",
      "input.option now",
      "input.option legacyNames",
    ]);
  });

  it("let through what now throws", () => {
    const now = () => {
      throw new RangeError("clock");
    };
    expect(() => resolveOptions({ now })).toThrow(RangeError);
  });
});
