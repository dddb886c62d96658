// The short form in which the build carries the tables of `mime` says what they say.
import { describe, expect, it } from "vitest";
import { tableModule } from "../../scripts/media-types.mjs";
import { mediaTypeEntries } from "../../src/mail/message/media-type-table.ts";

type Entries = readonly (readonly [type: string, extensions: readonly string[]])[];

async function carried(entries: Entries): Promise<unknown> {
  const module: object = await import(
    /* @vite-ignore */ `data:text/javascript,${encodeURIComponent(tableModule(entries))}`
  );
  const read: unknown = Reflect.get(module, "mediaTypeEntries");
  if (typeof read !== "function") throw new TypeError("the module has no mediaTypeEntries");
  return Reflect.apply(read, undefined, []);
}

const sorted = (entries: Entries) => [...entries].sort(([one], [other]) => (one < other ? -1 : 1));
const isEntries = (value: unknown): value is Entries => Array.isArray(value);

describe("the built table of media types", () => {
  it("has every type of mime with every extension, in their order", async () => {
    const entries = mediaTypeEntries();
    const read = await carried(entries);
    if (!isEntries(read)) throw new TypeError("no entries");
    expect(entries.length).toBeGreaterThan(1_000);
    expect(sorted(read)).toEqual(sorted(entries));
  });

  it("names each extension once, so that the order of the types says nothing", () => {
    const own = mediaTypeEntries().flatMap(([, extensions]) => extensions.filter((name) => !name.startsWith("*")));
    expect(new Set(own).size).toBe(own.length);
  });

  it.each([
    ["application/x.plus+zip", ["plus"]],
    ["text/html", ["html", "htm"]],
    ["text/vnd.a-b", ["*b", "b", "c"]],
    ["x-world/x-3d+xml", ["3d"]],
  ])("keeps %s", async (type, extensions) => {
    expect(await carried([[type, extensions]])).toEqual([[type, extensions]]);
  });

  it("refuses a type without an extension, which could not be told from a prefix", () => {
    expect(() => tableModule([["text/none", []]])).toThrow("text/none");
  });
});
