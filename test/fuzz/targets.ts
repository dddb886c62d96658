// All targets, in the order in which they have their turns.

import type { Target } from "./target.ts";
import { command } from "./targets/command.ts";
import { endpoint, wire } from "./targets/endpoint.ts";
import { addresses, fields, fileNames, types } from "./targets/fields.ts";
import { options, tree } from "./targets/messages.ts";
import { enclosed, raw } from "./targets/raw.ts";

export const targets: readonly Target[] = [
  ...[addresses, fields, fileNames, types, tree, options],
  ...[raw, enclosed, command, endpoint, wire],
];
