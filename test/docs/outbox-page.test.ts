import { testPages } from "./run-blocks.ts";

testPages(["docs/outbox.md"]);
