// Which runtime this is, as far as sending cares: only where sockets are Node's own can an attempt be watched.

/** What is looked at. */
export interface Host {
  readonly process?: {
    readonly release?: { readonly name?: string };
    readonly versions?: Readonly<Record<string, string | undefined>>;
  };
  readonly navigator?: { readonly userAgent?: string };
}

/** True on Node itself, false on runtimes that resemble it: their `node:http` may hide when a byte is written. */
export function isNode(host: Host = globalThis): boolean {
  const { process, navigator } = host;
  if (process?.release?.name !== "node" || process.versions === undefined) return false;
  if (process.versions.bun !== undefined || process.versions.deno !== undefined) return false;
  // "Mozilla/5.0": a browser that a test runner imitates, or Electron's. Below both is Node.
  return navigator?.userAgent === undefined || /^(?:Node\.js|Mozilla\/)/.test(navigator.userAgent);
}
