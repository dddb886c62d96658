// The jobs of fresh processes: node child.js <job> <arguments…>. The last line of output is JSON.
import { measureHeap } from "./heap.job.ts";
import { measureComposing } from "./memory.job.ts";
import { measureSending } from "./sdk-send.job.ts";
import { measureStreaming } from "./streaming.job.ts";

const [job, way = "", ...rest] = process.argv.slice(2);
const numbers = rest.map(Number);
const [first = 0, second = 0] = numbers;
switch (job) {
  case "compose":
    console.log(JSON.stringify(await measureComposing(way, first)));
    break;
  case "heap":
    console.log(JSON.stringify(await measureHeap(way, ...rest)));
    break;
  case "stream":
    console.log(JSON.stringify(await measureStreaming(way, first)));
    break;
  case "send":
    console.log(JSON.stringify(await measureSending(way, first, second)));
    break;
  default:
    throw new Error(`unknown job ${job}`);
}
