// The pages: the inbox as one document with its style, icon and script, and the page behind the link of a verification
// mail. Nothing is loaded from elsewhere.
import { confirmLink, type LinkOutcome } from "../account/verification.ts";
import { escapeXml } from "../protocol/xml.ts";
import { ownText } from "./answers.ts";
import { ICON, PAGE } from "./assets/page.ts";
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

const TITLES: Readonly<Record<LinkOutcome, string>> = {
  verified: "Address verified",
  expired: "This link has expired",
  unknown: "This link is not valid",
};

/** The route of the link. */
export const verifyRoute: Route = {
  method: "GET",
  path: "/verify",
  async answer({ state, url, request }) {
    const { searchParams } = url;
    const link = {
      region: searchParams.get("region") ?? "",
      identity: searchParams.get("identity") ?? "",
      token: searchParams.get("token") ?? "",
    };
    // RFC 9110 s9.3.2: looking at the head of a page changes nothing.
    const outcome = request.method === "HEAD" ? "unknown" : await confirmLink(state, link);
    return noticePage(outcome === "verified" ? 200 : 404, TITLES[outcome], explain(outcome, link));
  },
};

// Gives html.
function explain(
  outcome: LinkOutcome,
  { identity, region }: { readonly identity: string; readonly region: string },
): string {
  const who = `<strong>${escapeXml(identity)}</strong>`;
  switch (outcome) {
    case "verified":
      return `${who} can be sent from now, in region ${escapeXml(region)}.`;
    case "expired":
      return `${who} was not verified within 24 hours. Ask for a new mail with VerifyEmailIdentity.`;
    case "unknown":
      return "It was not requested, or the identity was deleted since. Ask for a new mail with VerifyEmailIdentity.";
  }
}

const NOTICE_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Answers with a title and a sentence of html, whose texts are escaped by the caller. */
function noticePage(status: number, title: string, html: string): Response {
  const tone = status < 400 ? "good" : "bad";
  const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="/_local/assets/icon.svg">
<link rel="stylesheet" href="/_local/assets/style.css">
</head>
<body class="notice-page">
<main class="notice ${tone}">
<h1>${title}</h1>
<p>${html}</p>
<p><a href="/#/account">Identities</a> <a href="/">Inbox</a></p>
</main>
</body>
</html>
`;
  return new Response(page, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": NOTICE_POLICY,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
}
