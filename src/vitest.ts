// The door `mimewright/vitest`: importing it teaches expect the matchers. `test` brings an inbox.
export { matchers } from "./testing/matchers.ts";

import "./vitest/matchers.ts";

export type { EmlMatchers } from "./vitest/matchers.ts";
export { type MailFixtures, test } from "./vitest/test.ts";
