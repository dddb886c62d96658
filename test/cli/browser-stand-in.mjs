#!/usr/bin/env node
// Stands in for Chromium: the DevTools protocol over the pipes 3 and 4, messages ending with a NUL, a picture that
// says what it is of.
import { createReadStream, createWriteStream } from "node:fs";

const commands = createReadStream("", { fd: 3 });
const answers = createWriteStream("", { fd: 4 });
let [url, rest] = ["", ""];

const ANSWERS = {
  "Target.createTarget": () => ({ targetId: "T" }),
  "Target.attachToTarget": () => ({ sessionId: "S" }),
  "Page.navigate": (params) => {
    url = params.url;
    return {};
  },
  "Runtime.evaluate": () => ({ result: { value: true } }),
  "Page.getLayoutMetrics": () => ({ cssContentSize: { width: 1280, height: 2000 } }),
  "Page.captureScreenshot": ({ clip }) => {
    const text = `picture of ${url} ${clip.width}x${clip.height}`;
    return { data: Buffer.from(text).toString("base64") };
  },
};

commands.setEncoding("utf8").on("data", (text) => {
  const pieces = (rest + text).split("\0");
  rest = pieces.pop();
  for (const piece of pieces) {
    const { id, method, params } = JSON.parse(piece);
    answers.write(`${JSON.stringify({ id, result: ANSWERS[method]?.(params) ?? {} })}\0`);
    if (method === "Browser.close") answers.end(() => process.exit());
  }
});
