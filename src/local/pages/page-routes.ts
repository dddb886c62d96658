// The inbox page: one document, its style, its icon, and its script as ES modules. Nothing comes from elsewhere.
import { readFile } from "node:fs/promises";
import { ownText } from "./answers.ts";
import { ICON } from "./assets/icon.ts";
import { PAGE } from "./assets/page.ts";
import { STYLE } from "./assets/style.ts";
import { BadRequest, type Route, type Visit } from "./route.ts";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "frame-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const NOTHING = "default-src 'none'";

/** The routes of the page. */
export const pageRoutes: readonly Route[] = [
  { method: "GET", path: "/", answer: () => ownText(PAGE, "text/html", POLICY) },
  { method: "GET", path: "/_local/assets/style.css", answer: () => ownText(STYLE, "text/css", NOTHING) },
  { method: "GET", path: "/_local/assets/icon.svg", answer: () => ownText(ICON, "image/svg+xml", NOTHING) },
  { method: "GET", path: "/_local/assets/client/{name}", answer: clientModule },
];

// Apart from its use: bundlers take the two together for a file to work on, and fail at it.
const here = import.meta.url;

/** The modules of the page's script, compiled next to this file. */
const MODULES: ReadonlySet<string> = new Set([
  "account.js",
  "chart.js",
  "dialog.js",
  "dom.js",
  "empty.js",
  "format.js",
  "http.js",
  "list.js",
  "main.js",
  "message.js",
  "message-tabs.js",
  "notifications.js",
  "tabs.js",
]);

async function clientModule({ parameters }: Visit): Promise<Response> {
  const name = parameters.get("name") ?? "";
  if (!MODULES.has(name)) throw new BadRequest("There is nothing at this address.", 404);
  try {
    const script = await readFile(new URL(`./client/${name}`, here), "utf8");
    return ownText(script, "text/javascript", NOTHING);
  } catch {
    throw new BadRequest(
      "The page's script stands beside the built package: this endpoint runs from source, or from a bundle.",
      404,
    );
  }
}
