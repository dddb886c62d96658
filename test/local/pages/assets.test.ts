// The page's own files: all that it needs is there, and it needs nothing from elsewhere.
import { readdir, readFile } from "node:fs/promises";
import { Script } from "node:vm";
import { describe, expect, it } from "vitest";
import { start } from "../support/helpers.ts";
import { startProcess } from "../support/process.ts";

describe("the page's files", () => {
  it("are all served by the built endpoint, and parse as scripts", async () => {
    const endpoint = await startProcess();
    try {
      for (const name of ["main.js"]) {
        const answer = await fetch(`${endpoint.url}/_local/assets/client/${name}`);
        expect(answer.status, name).toBe(200);
        expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
        // A script knows no imports, exports and top-level await; without them a module is one.
        const text = (await answer.text()).replace(/^import .*$/gm, "").replace(/^export /gm, "");
        expect(() => new Script(`(async () => {${text}\n})`), name).not.toThrow();
      }
    } finally {
      await endpoint.kill();
    }
  });

  it("say so when they were not built", async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/_local/assets/client/main.js`);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("made by the build");
  });

  it("name no address elsewhere, and put nothing in as html", async () => {
    const folder = new URL("../../../src/local/pages/", import.meta.url);
    for (const room of ["assets", "client"]) {
      for (const name of await readdir(new URL(room, folder))) {
        const text = await readFile(new URL(`${room}/${name}`, folder), "utf8");
        expect(text, name).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function/);
        expect(text.replaceAll("http://www.w3.org/2000/svg", ""), name).not.toMatch(/https?:\/\/\w/);
      }
    }
  });

  it("are referred to by the page", async () => {
    const { url } = await start();
    const page = await (await fetch(`${url}/`)).text();
    for (const [, path] of page.matchAll(/(?:href|src)="(\/_local\/assets\/(?!client)[^"]+)"/g)) {
      expect((await fetch(url + path)).status, path).toBe(200);
    }
    expect(page).not.toMatch(/<script>|<style>|style=|onclick=/);
  });
});
