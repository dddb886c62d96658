// Takes a picture of a fixture with the browser that is installed: node scripts/try-preview.mjs
// Where there is none the command says so, and nothing is left to try.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";

const picture = "out/preview.png";
mkdirSync("out", { recursive: true });
rmSync(picture, { force: true });
const args = ["dist/cli/bin.js", "preview", "fixtures/messages/newsletter.eml", "--png", picture];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
if (status === 2 && stderr.includes("there is no Chromium")) {
  console.log("no browser here");
} else {
  if (status !== 0) throw new Error(`exit code ${status}: ${stderr}`);
  const bytes = readFileSync(picture);
  // PNG s5.2, s11.2.1: the signature, then width and height of the first chunk.
  const signature = bytes.subarray(0, 8).toString("latin1");
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (signature !== "\x89PNG\r\n\x1a\n" || width !== 1280 || height < 900)
    throw new Error("this is no picture of the page");
  console.log(`${stdout.trim()}: ${width}x${height}, ${bytes.length} bytes`);
}
