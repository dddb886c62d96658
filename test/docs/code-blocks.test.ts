import { pages } from "./blocks.ts";
import { testPages } from "./run-blocks.ts";

// The page of the outbox needs SQLite, that of the queue a Redis: each has a test of its own.
testPages(pages.filter((page) => page !== "docs/outbox.md" && page !== "docs/queue.md"));
