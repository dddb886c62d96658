import { appendFile, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AttachmentInput } from "mimewright";
import { file, files } from "mimewright/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MessageError, OptionError } from "../../src/issues.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mimewright-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function put(name: string, content: string | Uint8Array = name): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(attachment: AttachmentInput): Promise<string> {
  const { content } = attachment;
  if (typeof content !== "object" || !("open" in content)) throw new Error("no source");
  const opened = await content.open();
  const chunks: Uint8Array[] = [];
  for await (const chunk of opened) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function failure(promise: Promise<unknown>): Promise<MessageError | OptionError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof MessageError || error instanceof OptionError) return error;
  throw new Error("neither a MessageError nor an OptionError");
}

const codes = async (promise: Promise<unknown>) => (await failure(promise)).issues.map((one) => one.code);

describe("file", () => {
  it("has name and size at once, and the bytes each time it is opened", async () => {
    const attachment = await file(await put("a.txt", "x".repeat(200_000)));
    expect(attachment).toMatchObject({ filename: "a.txt", content: { size: 200_000 } });
    expect(await read(attachment)).toBe("x".repeat(200_000));
    expect(await read(attachment)).toBe("x".repeat(200_000));
  });

  it("takes a file: URL, an empty file, and what the caller says about it", async () => {
    const path = await put("a.txt", "");
    const given = { filename: "b.png", contentType: "image/png", cid: "b", disposition: "inline" } as const;
    const attachment = await file(pathToFileURL(path), given);
    expect(attachment).toMatchObject({ ...given, content: { size: 0 } });
    expect(await read(attachment)).toBe("");
  });

  it("refuses what is no regular file there", async () => {
    for (const path of [join(folder, "missing"), folder, "", "a\0b", "/dev/null", new URL("https://example.com/a")]) {
      expect(await codes(file(path))).toEqual(["file.not-found"]);
    }
  });

  it("refuses more bytes than allowed", async () => {
    const path = await put("a", "12345");
    expect(await file(path, { maxBytes: 5 })).toMatchObject({ content: { size: 5 } });
    expect(await codes(file(path, { maxBytes: 4 }))).toEqual(["file.too-large"]);
    expect(await codes(file(path, { maxBytes: Number.NaN }))).toEqual(["input.option"]);
  });

  it("refuses options it does not know", async () => {
    expect(await codes(Reflect.apply(file, undefined, [await put("a"), { maxByte: 1 }]))).toEqual([
      "input.unknown-key",
    ]);
  });

  it("names the file and no folder in its errors", async () => {
    const { message, path } = await failure(file(join(folder, "missing.txt")));
    expect(message).toContain("missing.txt");
    expect(message).not.toContain(folder);
    expect(path).toEqual(["path"]);
  });
});

describe("the root of a file", () => {
  beforeEach(async () => {
    await mkdir(join(folder, "root/in"), { recursive: true });
    await mkdir(join(folder, "root2"));
    await Promise.all([put("secret"), put("root/in/a"), put("root2/a"), put("root/..a")]);
    await symlink(join(folder, "secret"), join(folder, "root/link"));
    await symlink(join(folder, "root/in"), join(folder, "root/folder"));
    await symlink(folder, join(folder, "root/up"));
  });

  it("is where relative paths start, and links within it may be used", async () => {
    const root = join(folder, "root");
    for (const path of ["in/a", "folder/a", "in/../in/a", join(root, "in/a"), "..a", "up/root/in/a"]) {
      expect((await file(path, { root })).filename).toMatch(/a$/);
    }
  });

  it("is left by no dots, no absolute path and no link", async () => {
    const root = join(folder, "root");
    for (const path of ["../secret", "in/../../secret", join(folder, "secret"), "link", "up/secret", "../root2/a"]) {
      expect(await codes(file(path, { root }))).toEqual(["file.outside-root"]);
    }
  });

  it("must be there", async () => {
    expect(await codes(file("a", { root: join(folder, "nowhere") }))).toEqual(["file.not-found"]);
  });
});

describe("a file that is not the same when it is written", () => {
  it.each([
    ["grew", (path: string) => appendFile(path, "more")],
    ["shrank", (path: string) => writeFile(path, "x")],
    ["went", (path: string) => rm(path)],
    ["was touched", (path: string) => utimes(path, 1, 1)],
    ["was replaced", async (path: string) => rename(await put("other", "12345"), path)],
    ["became a link", async (path: string) => rm(path).then(() => symlink("/etc/passwd", path))],
  ])("is file.changed when it %s", async (_, change) => {
    const path = await put("a", "12345");
    const attachment = await file(path);
    await change(path);
    expect(await codes(read(attachment))).toEqual(["file.changed"]);
  });

  it("is noticed while it is read", async () => {
    const path = await put("a", "x".repeat(200_000));
    const attachment = await file(path);
    const { content } = attachment;
    if (typeof content !== "object" || !("open" in content)) throw new Error("no source");
    const readAll = async () => {
      for await (const chunk of await content.open()) if (chunk.length > 0) await appendFile(path, "x");
    };
    expect(await codes(readAll())).toEqual(["file.changed"]);
  });
});

describe("files", () => {
  beforeEach(async () => {
    await mkdir(join(folder, "sub/deep"), { recursive: true });
    await mkdir(join(folder, ".git"));
    for (const name of ["b.txt", "B.txt", "a10.txt", "a2.txt", "é.txt", ".hidden", ".git/x", "sub/c", "sub/deep/d"]) {
      await put(name);
    }
  });

  it("gives the files of a folder by name, without dot files and folders", async () => {
    const names = (await files(folder)).map((one) => one.filename);
    expect(names).toEqual(["B.txt", "a10.txt", "a2.txt", "b.txt", "é.txt"]);
  });

  it("goes into folders when asked", async () => {
    await symlink(folder, join(folder, "loop"));
    const found = await files(pathToFileURL(folder), { recursive: true });
    expect(await Promise.all(found.map(read))).toEqual([
      "B.txt",
      "a10.txt",
      "a2.txt",
      "b.txt",
      "sub/c",
      "sub/deep/d",
      "é.txt",
    ]);
  });

  it("leaves out what the filter does not want", async () => {
    const found = await files(folder, { recursive: true, filter: (path) => path.startsWith("sub/") });
    expect(found.map((one) => one.filename)).toEqual(["c", "d"]);
  });

  it("holds every file within the folder, or within the root that is given", async () => {
    await put("sub/target", "target");
    await symlink(join(folder, "a2.txt"), join(folder, "sub/out"));
    expect(await codes(files(join(folder, "sub")))).toEqual(["file.outside-root"]);
    expect((await files(join(folder, "sub"), { root: folder })).map((one) => one.filename)).toEqual([
      "c",
      "out",
      "target",
    ]);
  });

  it("reports every file at once", async () => {
    await symlink("/nowhere", join(folder, "x"));
    await symlink("/etc/passwd", join(folder, "y"));
    expect(await codes(files(folder))).toEqual(["file.not-found", "file.outside-root"]);
    expect((await failure(files(folder))).issues.map((one) => one.path)).toEqual([
      ["folder", "x"],
      ["folder", "y"],
    ]);
  });

  it("counts the bytes of all files together", async () => {
    const total = "B.txta10.txta2.txtb.txt".length + 6;
    expect(await files(folder, { maxBytes: total })).toHaveLength(5);
    expect(await codes(files(folder, { maxBytes: total - 1 }))).toEqual(["file.too-large"]);
  });

  it("refuses what is no folder, and options it does not know", async () => {
    expect(await codes(files(join(folder, "nowhere")))).toEqual(["file.not-found"]);
    expect(await codes(files(join(folder, "b.txt")))).toEqual(["file.not-found"]);
    expect(await codes(Reflect.apply(files, undefined, [folder, { deep: true }]))).toEqual(["input.unknown-key"]);
  });
});
