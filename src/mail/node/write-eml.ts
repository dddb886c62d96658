// A message as a file that is there whole or not at all.
import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readOptionsOf, shapeOf, wholeNumber } from "../../given.ts";
import type { RenderOptions } from "../message/types.ts";
import { toChunks } from "../render/output.ts";
import type { Renderable } from "../render/render.ts";
import { renderReaders } from "../render/render-options.ts";
import { pathOf } from "./attachments.ts";

/** How a message is rendered and what the file may be used for. */
export interface WriteEmlOptions extends RenderOptions {
  /** Permissions of the file, as in `0o600`. What the process's umask leaves of 0o666 when absent. */
  readonly mode?: number;
}

const OPTIONS = shapeOf<WriteEmlOptions>({ ...renderReaders, mode: wholeNumber(0) });

/**
 * Writes a message to a file. The bytes go to a temporary file in the same folder, which takes the name when it is
 * complete: a half-written message is never visible, and an error leaves what was there before.
 *
 * @param path - a path, or a `file:` URL
 * @returns the number of bytes written
 * @throws OptionError for options that cannot be used; MessageError as `toChunks` does, `file.not-found` for what is
 * no path; what the file system throws comes through
 * @example
 * const { bytes } = await writeEml("out/welcome.eml", m, { seed: "welcome" });
 */
export async function writeEml(
  path: string | URL,
  m: Renderable,
  options: WriteEmlOptions = {},
): Promise<{ readonly bytes: number }> {
  const { mode = 0o666, ...render } = readOptionsOf<WriteEmlOptions>(options, OPTIONS);
  const target = pathOf(path);
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.tmp`);
  const chunks = toChunks(m, render);
  const handle = await open(temporary, "wx", mode);
  try {
    const written = { bytes: 0 };
    await writeFile(handle, counted(chunks, written)).finally(() => handle.close());
    await rename(temporary, target);
    return written;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function* counted(chunks: AsyncIterable<Uint8Array>, written: { bytes: number }): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    written.bytes += chunk.length;
    yield chunk;
  }
}
