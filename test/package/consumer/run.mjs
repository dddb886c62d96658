// node run.mjs [endpoint]: the story as a program.
import { compose, story } from "./story.mjs";

const [endpoint] = process.argv.slice(2);
console.log(JSON.stringify(endpoint === undefined ? await compose() : await story(endpoint)));
