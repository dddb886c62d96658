// What heap.test.ts runs in a process of its own: what composing one letter allocates, as JSON.
import { message, toBytes } from "mimewright";
import { allocationOf } from "../../benchmarks/heap.ts";
import { inputOf } from "../../benchmarks/rivals/mimewright.ts";
import { rows } from "../../benchmarks/rows.ts";

const letter = rows.get(process.argv[2] ?? "")?.();
if (letter === undefined) throw new RangeError(`unknown row ${process.argv[2]}`);
const input = inputOf(letter);
console.log(JSON.stringify(await allocationOf(() => toBytes(message(input)))));
