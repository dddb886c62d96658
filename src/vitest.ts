// The door `mimewright/vitest`: importing it teaches expect the matchers. `test` brings an inbox.
export { matchers } from "./testing/matchers.ts";

import "./testing/vitest.ts";

export { type EmlMatchers, type MailFixtures, test } from "./testing/vitest.ts";
