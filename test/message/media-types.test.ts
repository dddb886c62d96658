// The tables of `mime`, read as `mime` reads them.
import fc from "fast-check";
import mime from "mime";
import other from "mime/types/other.js";
import standard from "mime/types/standard.js";
import { describe, expect, it } from "vitest";
import { extensionOfType, typeOfExtension } from "../../src/mail/message/content-type.ts";

const tables: readonly Readonly<Record<string, readonly string[]>>[] = [standard, other];

describe("media types", () => {
  it("go by the last extension, in any case", () => {
    expect(typeOfExtension("report.PDF")).toBe("application/pdf");
    expect(typeOfExtension("archive.tar.gz")).toBe("application/gzip");
    expect(typeOfExtension("images/logo.png")).toBe("image/png");
  });

  it("are none for names without an extension, and for dot files in folders", () => {
    for (const name of ["", "pdf", "a.", "a/pdf", "a.d/pdf", "a/.png", "x.nobody-knows"]) {
      expect(typeOfExtension(name), name).toBeUndefined();
    }
  });

  it("have the extensions that mime gives them", () => {
    const types = tables.flatMap((table) => Object.keys(table));
    expect(types.length).toBeGreaterThan(1_000);
    for (const type of types) expect(extensionOfType(type), type).toBe(mime.getExtension(type));
    expect(extensionOfType("text/nothing")).toBeUndefined();
  });

  it("are those that mime finds, for every extension", () => {
    const names = tables.flatMap((table) => Object.values(table).flat()).map((name) => name.replace("*", ""));
    for (const name of names) expect(typeOfExtension(`file.${name}`), name).toBe(mime.getType(`file.${name}`));
  });

  it("are those that mime finds, for every name with a dot", () => {
    const piece = fc.constantFrom("a", ".", "/", "\\", "png", "PDF", "é", " ", "\n", "constructor", "__proto__");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const name = pieces.join("");
        fc.pre(name.includes("."));
        expect(typeOfExtension(name) ?? null).toBe(mime.getType(name));
      }),
    );
  });
});
