// A folder that is gone after the test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const folders = new Set<string>();

afterEach(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
  folders.clear();
});

/** Makes one; call it before endpoints are started in it. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "local-ses-"));
  folders.add(folder);
  return folder;
}
