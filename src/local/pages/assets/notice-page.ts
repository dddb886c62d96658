// A page with one thing to say.

const POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/** Answers with a title and a sentence of html, whose texts are escaped by the caller. */
export function noticePage(status: number, title: string, html: string): Response {
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
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  });
}
