// The inbox page: one document, its style, its icon, and its script as ES modules. Nothing comes from elsewhere.
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

async function clientModule({ parameters }: Visit): Promise<Response> {
  if (parameters.get("name") !== "main.js") throw new BadRequest("There is nothing at this address.", 404);
  const { CLIENT_SCRIPT } = await import("./client-script.ts");
  if (CLIENT_SCRIPT !== "") return ownText(CLIENT_SCRIPT, "text/javascript", NOTHING);
  throw new BadRequest("The page's script is made by the build, and this endpoint runs from source.", 404);
}
