// Progress as events: looked at in steps, told when it changed.
import type { QueueProgress } from "./progress.ts";

/** What is watched, and how often. */
export interface WatchOptions {
  /** The whole queue when absent. */
  readonly campaign?: string;
  /** Milliseconds between two looks. 1,000 when absent. */
  readonly every?: number;
}

/** Looks until the returned function is called. A look that fails is made again. */
export function watchProgress(
  look: () => Promise<QueueProgress>,
  listener: (progress: QueueProgress) => void,
  every = 1_000,
): () => void {
  let last = "";
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const step = async () => {
    const progress = await look().catch(() => undefined);
    if (isOver) return;
    timer = setTimeout(step, every);
    const text = JSON.stringify(progress);
    if (progress === undefined || text === last) return;
    last = text;
    listener(progress);
  };
  void step();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
