import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeDataUri } from "../../src/mail/octets/data-uri.ts";

const text = (uri: string) => new TextDecoder().decode(decodeDataUri(uri)?.bytes);

describe("decodeDataUri", () => {
  it("reads the type, without parameters", () => {
    expect(decodeDataUri("data:Image/PNG;charset=x;base64,")?.type).toBe("image/png");
    expect(decodeDataUri("data:,")?.type).toBe("");
  });

  it("decodes percent signs, and lets one stand that decodes to nothing", () => {
    expect(text("data:,a%20b%c3%a9é%zz%4")).toBe("a béé%zz%4");
  });

  it("decodes base64 with percent signs, white space and without padding", () => {
    expect(text("data:; BASE64,YW%4aj%0a\tZA%3D%3D")).toBe("abcd");
    expect(text("data:;base64,YWJjZA")).toBe("abcd");
  });

  it("ends at a fragment", () => {
    expect(text("data:,a#b")).toBe("a");
  });

  it("gives nothing for what is no data URI or broken base64", () => {
    for (const uri of ["data:", "http://a,b", "data:;base64,A", "data:;base64,A===", "data:;base64,AA=A"]) {
      expect(decodeDataUri(uri)).toBeUndefined();
    }
  });

  it("gives back any bytes, written either way", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const percent = Array.from(bytes, (byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
        expect(decodeDataUri(`data:,${percent}`)?.bytes).toEqual(bytes);
        expect(decodeDataUri(`data:;base64,${Buffer.from(bytes).toString("base64")}`)?.bytes).toEqual(bytes);
      }),
    );
  });

  it("agrees with fetch of the platform", async () => {
    const bodies = ["a%20b", "%c3%a9", ";base64,YWJj", "image/png;base64 ,YWJj", "x;base64;y,YWJj", "a#b", "%%41"];
    for (const body of bodies) {
      const uri = `data:${body.includes(",") ? body : `,${body}`}`;
      expect(decodeDataUri(uri)?.bytes).toEqual(new Uint8Array(await (await fetch(uri)).arrayBuffer()));
    }
  });
});
