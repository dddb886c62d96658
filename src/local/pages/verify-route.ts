// The page behind the link of a verification mail.
import { confirmLink, type LinkOutcome } from "../account/verification.ts";
import { escapeXml } from "../protocol/xml.ts";
import { noticePage } from "./assets/notice-page.ts";
import type { Route } from "./route.ts";

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
      return "Nobody asked for it, or the identity was deleted since. Ask for a new mail with VerifyEmailIdentity.";
  }
}
