// The document of the inbox page. Everything that comes from mail is put in by the script, as text.

/** The page at `/`. */
export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Inbox · mimewright local SES</title>
<link rel="icon" href="/_local/assets/icon.svg">
<link rel="stylesheet" href="/_local/assets/style.css">
<script type="module" src="/_local/assets/client/main.js"></script>
</head>
<body>
<a class="skip" href="#content">Skip to content</a>
<header class="top">
<a class="brand" href="#/" aria-label="mimewright local SES: inbox"><img src="/_local/assets/icon.svg" alt="" width="22" height="22"><span>mimewright</span> <span class="sub">local SES</span></a>
<nav aria-label="Views">
<a href="#/" data-view="inbox">Inbox <span class="count" id="count" hidden></span></a>
<a href="#/account" data-view="account">Account</a>
<a href="#/notifications" data-view="notifications">Notifications</a>
</nav>
<p class="live" id="live" data-state="connecting"><span class="dot" aria-hidden="true"></span><span id="live-text">Connecting</span></p>
</header>
<div class="views" id="content" tabindex="-1">
<noscript><p class="noscript">This page needs JavaScript. The same data is JSON at <a href="/_local/messages">/_local/messages</a>.</p></noscript>
<div class="view inbox" id="view-inbox" hidden>
<section class="list-pane" aria-label="Messages">
<div class="list-tools">
<label class="search"><span class="hide">Filter messages</span>
<input id="filter" type="search" placeholder="Filter by subject or address" autocomplete="off" spellcheck="false"></label>
<button id="clear" type="button" class="quiet" disabled>Clear</button>
</div>
<ul class="list" id="list" aria-label="Messages, newest first"></ul>
<p class="list-note" id="list-note" hidden></p>
</section>
<main class="reader" id="reader" aria-label="Message"></main>
</div>
<main class="view page" id="view-account" aria-label="Account" hidden></main>
<main class="view page" id="view-notifications" aria-label="Notifications" hidden></main>
</div>
<p class="hide" id="announce" role="status" aria-live="polite"></p>
<dialog id="confirm" aria-labelledby="confirm-title">
<h2 id="confirm-title">Clear the inbox?</h2>
<p>All messages and notifications are forgotten. Identities, quota and statistics stay.</p>
<div class="row end">
<button type="button" id="confirm-no">Keep</button>
<button type="button" id="confirm-yes" class="danger">Clear</button>
</div>
</dialog>
</body>
</html>
`;

/** An envelope, drawn for 16 pixels and up. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="2" y="5" width="28" height="22" rx="5" fill="#2f5fd0"/>
<path d="M7 11.5l9 7 9-7" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`;
