import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MessageError } from "mimewright";
import { inlineImages } from "mimewright/html";
import { imagesIn } from "mimewright/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
let base = "";
let folder = "";

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "images-"));
  folder = join(base, "emails");
  await mkdir(join(folder, "img"), { recursive: true });
  await writeFile(join(folder, "img", "logo ü.png"), PNG);
  await writeFile(join(base, "outside.png"), PNG);
  await symlink(join(base, "outside.png"), join(folder, "link.png"));
});
afterAll(() => rm(base, { recursive: true }));

describe("imagesIn", () => {
  it.each(["img/logo%20%C3%BC.png", "/img/logo ü.png?v=2#x", "./img/../img/logo ü.png"])(
    "reads %s from the folder",
    async (src) => {
      const { attachments, html } = await inlineImages(`<img src="${src}">`, imagesIn(folder));
      expect(attachments).toMatchObject([{ filename: "logo ü.png", contentType: "image/png", content: PNG }]);
      expect(html).toMatch(/^<img src="cid:/);
    },
  );

  it.each([
    ["../outside.png", "file.outside-root", "outside of the root folder"],
    ["link.png", "file.outside-root", "outside of the root folder"],
    ["nope.png", "file.not-found", "cannot be found or read"],
    ["img", "file.not-found", "not a regular file"],
  ])("refuses %s, and inlineImages names it and says why", async (src, code, why) => {
    await expect(imagesIn(folder)(src)).rejects.toMatchObject({ code });
    const error = await inlineImages(`<img src="${src}">`, imagesIn(folder)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(MessageError);
    expect(error).toMatchObject({ code: "html.image", message: expect.stringContaining(why) });
    expect(error).toMatchObject({ message: expect.stringContaining(JSON.stringify(src)) });
  });

  it("holds a limit of bytes", async () => {
    await expect(imagesIn(folder, { maxBytes: 7 })("img/logo ü.png")).rejects.toMatchObject({ code: "file.too-large" });
    expect((await imagesIn(folder, { maxBytes: 8 })("img/logo ü.png")).content).toEqual(PNG);
  });

  it("refuses what is not a path, and options that it does not have", () => {
    expect(() => imagesIn("")).toThrow("input.option at folder: expected the path of a folder");
    expect(() => imagesIn(folder, { maxBytes: -1 })).toThrow(
      "at maxBytes: expected a number of bytes, 0 or more; got -1",
    );
    expect(() => Reflect.apply(imagesIn, undefined, [folder, { maxByte: 1 }])).toThrow(
      expect.objectContaining({ code: "input.unknown-key", path: ["maxByte"] }),
    );
  });
});
