// The installed command, as its user runs it: the help of every command, and the ones that need no account for real.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { run } from "./consumer.mjs";

const execute = promisify(execFile);
const MAIL = { from: "ann@example.com", to: "bob@example.com", subject: "Grüße", text: "Hello", date: "2026-01-02" };

const must = (truth, what) => {
  if (!truth) throw new Error(what);
};

/** The names in the command's own overview. */
function commandNames(overview) {
  const list = overview.split("\n\n")[1] ?? "";
  return [...list.matchAll(/^ {2}(\w+) {2,}/gm)].map(([, name]) => name);
}

/** A server of the command's own, ended when `work` is done. It ends by itself when it is interrupted. */
async function withServe(bin, folder, work) {
  const child = spawn(process.execPath, [bin, "serve", "--port", "0"], { cwd: folder, stdio: ["ignore", "pipe", 2] });
  const exited = once(child, "exit");
  try {
    let written = "";
    for await (const chunk of child.stdout) {
      written += chunk;
      const url = /http:\/\/[\w.:[\]]+/.exec(written)?.[0];
      if (url === undefined) continue;
      await work(url);
      break;
    }
    must(written !== "", "serve said nothing");
  } finally {
    child.kill("SIGINT");
  }
  const [code] = await exited;
  must(code === 0, `serve ended with ${code}`);
}

/** Everything that the page at an address loads from it, by the addresses in its html and its scripts. */
async function fetchPage(url) {
  const page = await fetch(url);
  must(page.ok, `the page answers ${page.status}`);
  const html = await page.text();
  const addresses = [...html.matchAll(/(?:src|href)="(\/_local\/assets\/[^"]+)"/g)].map(([, address]) => address);
  must(
    addresses.some((address) => address.endsWith(".js")),
    "the page has no script",
  );
  const seen = new Set();
  for (const address of addresses) {
    if (seen.has(address)) continue;
    seen.add(address);
    const response = await fetch(new URL(address, url));
    must(response.ok, `${address} answers ${response.status}`);
    const text = await response.text();
    if (!address.endsWith(".js")) continue;
    for (const [, name] of text.matchAll(/from "(\.\/[^"]+)"/g)) {
      addresses.push(new URL(name, new URL(address, url)).pathname);
    }
  }
  return seen.size;
}

/** Tries the command that is installed in a folder. */
export async function tryCommand(check, folder, version) {
  const bin = join(folder, "node_modules/mimewright/dist/cli/bin.js");
  const command = (...args) => run(process.execPath, [bin, ...args], { cwd: folder });
  // npm puts a link beside it that the shell runs.
  await check("the command by its name", () => {
    const name = process.platform === "win32" ? "mimewright.cmd" : "mimewright";
    const said = run(join(folder, "node_modules/.bin", name), ["--version"], { shell: process.platform === "win32" });
    must(said.trim() === version, `${said.trim()} is not ${version}`);
  });
  const names = commandNames(command("--help"));
  await check(`the help of ${names.length} commands`, () => {
    must(names.length >= 10, `the overview lists ${names.join(", ")}`);
    for (const name of names) must(command(name, "--help").includes(`mimewright ${name}`), `${name} has no help`);
  });
  writeFileSync(join(folder, "mail.json"), JSON.stringify(MAIL));
  await check("compose, check, tree, diff, preflight", () => {
    const eml = command("compose", "mail.json");
    writeFileSync(join(folder, "mail.eml"), eml);
    must(/^Subject: =\?utf-8\?/im.test(eml), "compose wrote no subject");
    command("check", "mail.eml", "--preflight");
    must(command("tree", "mail.eml").includes("text/plain"), "tree drew no part");
    command("diff", "mail.eml", "mail.eml");
  });
  await check("serve with its page, send, quota", () =>
    withServe(bin, folder, async (endpoint) => {
      must((await fetchPage(endpoint)) >= 3, "the page loads a script, a style and an icon");
      const args = ["--endpoint", endpoint, "--region", "us-east-1"];
      const { stdout } = await execute(process.execPath, [bin, "send", "mail.eml", ...args], { cwd: folder });
      must(/sent/.test(stdout), `send said ${stdout}`);
      const inbox = await (await fetch(new URL("/_local/messages", endpoint))).text();
      must(inbox.includes("bob@example.com"), "the inbox has no message");
      await execute(process.execPath, [bin, "quota", ...args], { cwd: folder });
    }),
  );
}
