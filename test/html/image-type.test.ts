import { describe, expect, it } from "vitest";
import { sniffImage } from "../../src/mail/html/image-type.ts";

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));

describe("sniffImage", () => {
  it.each([
    ["\x89PNG\r\n\x1a\n", "image/png"],
    ["\xff\xd8\xff\xe0", "image/jpeg"],
    ["GIF87a", "image/gif"],
    ["GIF89a", "image/gif"],
    ["RIFF\x01\x02\x03\x04WEBPVP8 ", "image/webp"],
    ["\0\0\0\x1cftypavif", "image/avif"],
    ["\0\0\0\x1cftypavis", "image/avif"],
    [`BM${"\0".repeat(24)}`, "image/bmp"],
    ["\0\0\x01\0\x01\0", "image/vnd.microsoft.icon"],
    ["<svg>", "image/svg+xml"],
    ['\xef\xbb\xbf <?xml version="1.0"?>\n<!-- > <svg --><!DOCTYPE svg>\n<svg xmlns="">', "image/svg+xml"],
  ])("reads %j as %s", (head, type) => {
    expect(sniffImage(bytes(head))).toBe(type);
  });

  it.each(["", "BM", "RIFF1234WAVE", "<html><svg>", "<!-- <svg>", "<svgx>", "hello", "<?xml ?>"])(
    "makes nothing of %j",
    (head) => {
      expect(sniffImage(bytes(head))).toBeUndefined();
    },
  );

  it("looks at no more than the first 1024 bytes", () => {
    expect(sniffImage(bytes(`${" ".repeat(1018)}<svg/>`))).toBe("image/svg+xml");
    expect(sniffImage(bytes(`${" ".repeat(1020)}<svg/>`))).toBeUndefined();
  });
});
