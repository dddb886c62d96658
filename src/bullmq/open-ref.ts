// Contents by reference, opened by the caller's own function.
import type { ContentInput } from "../message/types.ts";
import { ContentError } from "./decode-job.ts";

/** @throws ContentError when there is no resolver, or when it fails. */
export async function openRef(
  ref: string,
  resolve: ((ref: string) => Promise<ContentInput> | ContentInput) | undefined,
): Promise<ContentInput> {
  if (resolve === undefined) throw new ContentError("the worker has no resolve() for contents by reference");
  try {
    return await resolve(ref);
  } catch (cause) {
    // The reference may name people, the error may hold a credential: neither stands in the text.
    throw new ContentError("resolve() failed", { cause });
  }
}
