// Contents that are kept outside their jobs: in Redis by their hash, one copy however many messages hold it, which goes when
// it was not enqueued for long; or by reference in a store of the caller's.
import type { Redis } from "ioredis";
import type { ContentInput } from "../../mail/message/types.ts";
import { ContentError } from "./job.ts";
import type { QueueKeys } from "./keys.ts";

/** Puts contents in, unless they are there; their time begins again. */
export async function storeBlobs(
  client: Redis,
  keys: QueueKeys,
  blobs: ReadonlyMap<string, Uint8Array>,
  seconds: number,
): Promise<void> {
  await Promise.all(
    [...blobs].map(async ([hash, bytes]) => {
      const key = keys.blob(hash);
      if ((await client.expire(key, seconds)) === 1) return;
      await client.set(key, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), "EX", seconds);
    }),
  );
}

const KEPT_BYTES = 33_554_432;

/** Contents as a worker reads them: the last ones stay in memory, since a campaign has the same for everybody. */
export class BlobReader {
  readonly #client: Redis;
  readonly #keys: QueueKeys;
  readonly #kept = new Map<string, Uint8Array>();
  // At its start every slot of a worker wants the same content: it travels once.
  readonly #coming = new Map<string, Promise<Uint8Array>>();
  #bytes = 0;

  constructor(client: Redis, keys: QueueKeys) {
    this.#client = client;
    this.#keys = keys;
  }

  /** @throws ContentError when the content is no longer there. */
  async read(hash: string): Promise<Uint8Array> {
    const near = this.#kept.get(hash) ?? this.#coming.get(hash);
    if (near !== undefined) return near;
    const coming = this.#readWhole(hash).finally(() => this.#coming.delete(hash));
    this.#coming.set(hash, coming);
    return coming;
  }

  async #readWhole(hash: string): Promise<Uint8Array> {
    const bytes = await this.#client.getBuffer(this.#keys.blob(hash));
    if (bytes === null) throw new ContentError("the content is no longer in Redis");
    this.#keep(hash, bytes);
    return bytes;
  }

  #keep(hash: string, bytes: Uint8Array): void {
    if (bytes.length > KEPT_BYTES || this.#kept.has(hash)) return;
    this.#kept.set(hash, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, its] of this.#kept) {
      if (this.#bytes <= KEPT_BYTES) return;
      this.#kept.delete(oldest);
      this.#bytes -= its.length;
    }
  }
}

/** @throws ContentError when there is no resolver, or when it fails. */
export async function openRef(
  ref: string,
  resolve: ((ref: string) => Promise<ContentInput> | ContentInput) | undefined,
): Promise<ContentInput> {
  if (resolve === undefined) throw new ContentError("the worker has no resolve() for contents by reference");
  try {
    return await resolve(ref);
  } catch (cause) {
    // The reference may name people, the error may hold a credential: neither is in the text.
    throw new ContentError("resolve() failed", { cause });
  }
}
