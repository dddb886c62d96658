// The queue under kills at full length: npm run soak:queue. Not part of npm test.
import queue from "./vitest.queue.config.ts";

export default {
  ...queue,
  test: { ...queue.test, include: ["test/queue/kills.redis.ts"], env: { MIMEWRIGHT_QUEUE: "full" } },
};
