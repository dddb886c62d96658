// What is expected of every option of a function or a method, from rows: how it is called, and a wrong value for each.
import * as main from "mimewright";
import { afterAll, describe, expect, it } from "vitest";

export interface Entry {
  /** Calls it with options. */
  readonly call: (options: object) => unknown;
  /** What must be there. */
  readonly valid?: object;
  /** A value of the wrong kind for each option. Dots are for options inside options. */
  readonly wrong: Readonly<Record<string, unknown>>;
  /** Where its options are within what it is given, as for an entry of a list. */
  readonly at?: string;
}

/** Fields of a call, each of the wrong kind. */
export const FIELDS = { configurationSet: 5, tags: 5, sourceArn: 5, fromArn: 5, returnPathArn: 5, listManagement: 5 };

/** What is opened for its methods: once, when the first of them is called, and closed at the end. */
export function opened<T extends { close(): Promise<unknown> }>(open: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  afterAll(async () => (await made)?.close());
  return () => (made ??= open());
}
function optionsWith(valid: object, path: string, value: unknown): object {
  const [key = "", ...rest] = path.split(".");
  const inner = rest.length === 0 ? value : optionsWith(key === "limits" ? main.sesV1 : {}, rest.join("."), value);
  return { ...valid, [key]: inner };
}

async function found(call: () => unknown): Promise<{ error: unknown; issues: readonly main.Issue[] }> {
  try {
    await call();
  } catch (error) {
    return { error, issues: error instanceof main.OptionError ? error.issues : [] };
  }
  return { error: undefined, issues: [] };
}

const pathOf = ({ path }: main.Issue) => path.join(".");

// Two letters change places; a name of two letters loses one.
function misspelt(name: string): string {
  return name.length < 4 ? `${name}z` : `${name.slice(0, -2) + name.slice(-1) + name.slice(-2, -1)}z`;
}

/** A name that no option has, each option misspelt, each with a value of the wrong kind, all of it at once. */
export function describeOptions(rows: Readonly<Record<string, Entry>>): void {
  describe.each(Object.entries(rows))("%s", (_name, entry) => {
    const { call, valid = {}, wrong, at = "" } = entry;

    it("reports a name that no option has", async () => {
      const { error, issues } = await found(() => call({ ...valid, zzz: 1 }));
      expect(error).toBeInstanceOf(main.OptionError);
      expect(issues.map(pathOf)).toEqual([`${at}zzz`]);
      expect(issues[0]).toMatchObject({ code: "input.unknown-key" });
    });

    it.each(Object.entries(wrong))("reports %s once, with its path, when it is %j", async (path, value) => {
      const { error, issues } = await found(() => call(optionsWith(valid, path, value)));
      expect(error).toBeInstanceOf(main.OptionError);
      expect(issues).toHaveLength(1);
      expect(issues.map(pathOf)).toEqual([expect.stringMatching(new RegExp(`^${at}${path}(?:\\.|$)`))]);
      expect(issues[0]).toMatchObject({ code: "input.option", severity: "error" });
    });

    it.each(Object.keys(wrong))("reports %s misspelt, with the name that was meant", async (path) => {
      const keys = path.split(".");
      const name = keys.at(-1) ?? "";
      const place = [...keys.slice(0, -1), misspelt(name)].join(".");
      const { error, issues } = await found(() => call(optionsWith(valid, place, 1)));
      expect(error).toBeInstanceOf(main.OptionError);
      const told = issues.filter((issue) => pathOf(issue) === `${at}${place}`);
      expect(told).toHaveLength(1);
      expect(told[0]?.code).toBe("input.unknown-key");
      expect(`${told[0]?.message} ${told[0]?.hint}`).toMatch(/did you mean|the options are|use /);
    });

    it("reports everything at once", async () => {
      const all = Object.entries(wrong).filter(([path]) => !path.includes("."));
      const { issues } = await found(() => call({ ...valid, ...Object.fromEntries(all), zzz: 1, yyy: 1 }));
      const paths = issues.map(pathOf);
      for (const [path] of all) expect(paths.some((one) => one.startsWith(at + path))).toBe(true);
      expect(paths).toEqual(expect.arrayContaining([`${at}zzz`, `${at}yyy`]));
    });
  });
}
