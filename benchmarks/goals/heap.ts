// Heap that composing one message allocates: counted, and the same on a busy machine.
import { HEAP_FLAGS } from "../heap.ts";
import { inProcessWith } from "../processes.ts";
import { atMost, formatNumber, plainRow, type RowGroup } from "./row.ts";

const KB = 1024;

/** Of a small message, and of its two halves. */
export const heap: RowGroup = {
  name: "heap",
  async *measure({ dist }) {
    const kilobytes = async (way: string) => {
      const { heap: bytes = Number.NaN } = await inProcessWith(HEAP_FLAGS, "heap", dist, "small", way);
      return bytes / KB;
    };
    const found = await kilobytes("whole");
    const beside: [string, string][] = [];
    for (const way of ["message", "toBytes", "sendRaw"]) beside.push([way, `${formatNumber(await kilobytes(way))} KB`]);
    const own = `${formatNumber(found)} KB`;
    yield plainRow({ title: "heap for a small message", goal: atMost(12, " KB"), found, own, beside });
  },
};
