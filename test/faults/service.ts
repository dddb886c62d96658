// A service of their own for the tests of a file, behind the fault proxy, as good as new before each of them.
import { afterAll, beforeAll, beforeEach } from "vitest";
import { type FaultProxy, startProxy } from "./proxy.ts";
import { startUpstream, type Upstream } from "./upstream.ts";

/** What a file's tests send to; there while they run. */
export interface FaultyService {
  readonly upstream: Upstream;
  readonly proxy: FaultProxy;
}

/** Called once by a file of tests. */
export function faultyService(): FaultyService {
  let running: FaultyService | undefined;
  const service = (): FaultyService => {
    if (running === undefined) throw new Error("the service runs while the tests do");
    return running;
  };
  beforeAll(async () => {
    const upstream = await startUpstream();
    running = { upstream, proxy: await startProxy(upstream.url) };
  });
  afterAll(async () => {
    await service().proxy.close();
    await service().upstream.close();
  });
  beforeEach(() => {
    const { proxy, upstream } = service();
    proxy.plan = () => undefined;
    proxy.log.length = 0;
    upstream.taken.length = 0;
    upstream.quotaCalls = 0;
    upstream.quota = { max24Hour: 200, maxRate: 100, sent: 0 };
  });
  return {
    get upstream() {
      return service().upstream;
    },
    get proxy() {
      return service().proxy;
    },
  };
}
