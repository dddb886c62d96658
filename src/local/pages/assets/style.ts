// The style of the page: colours first, for light and dark, then the parts from the outside in.
import { STYLE_MESSAGE, STYLE_PAGES } from "./style-views.ts";

const BASE = `
:root {
  color-scheme: light dark;
  --ground: #f4f6f8; --surface: #ffffff; --raised: #f8f9fb; --line: #dde2e8; --line-strong: #c3cad4;
  --text: #18202c; --muted: #566172; --accent: #2a5bd0; --accent-soft: #e8effd; --on-accent: #ffffff;
  --good: #17734a; --good-soft: #e2f4ea; --warn: #8a5a00; --warn-soft: #fdf1d9; --bad: #b3261e; --bad-soft: #fdebe9;
  --chart: #4f7fe8; --chart-bad: #d9483b; --chart-warn: #d99a1c; --chart-reject: #7a5bb5;
  --radius: 8px; --small: .8125rem;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1218; --surface: #151a22; --raised: #1a202a; --line: #28303c; --line-strong: #3a4453;
    --text: #e7ebf2; --muted: #9aa6b7; --accent: #8db0ff; --accent-soft: #1d2a45; --on-accent: #0b1530;
    --good: #6fd3a0; --good-soft: #143325; --warn: #eebb5d; --warn-soft: #392b0f; --bad: #ff8f85; --bad-soft: #43201d;
    --chart: #6b95f2; --chart-bad: #ef6a5f; --chart-warn: #e0ab3f; --chart-reject: #a68ae0;
  }
}
*, *::before, *::after { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body {
  display: flex; flex-direction: column; background: var(--ground); color: var(--text);
  font: 400 .9375rem/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
}
h1, h2, p, ul, dl, figure, pre { margin: 0; padding: 0; }
ul { list-style: none; }
h1 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: .9375rem; font-weight: 650; }
a { color: var(--accent); text-underline-offset: 2px; }
code, pre, kbd { font-family: var(--mono); font-size: .8125rem; }
kbd { border: 1px solid var(--line-strong); border-radius: 4px; padding: 0 .35em; background: var(--surface); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.hide, .skip:not(:focus) {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip:focus { position: absolute; z-index: 2; top: 8px; left: 8px; padding: 8px 12px; background: var(--surface); }
.quiet-text { color: var(--muted); font-size: var(--small); }
.row { display: flex; align-items: center; gap: .5rem; flex-wrap: wrap; }
.row.end { justify-content: flex-end; }
.problem { color: var(--bad); background: var(--bad-soft); padding: .6rem .8rem; border-radius: var(--radius); }
.noscript { padding: 2rem; }

button, .button {
  display: inline-flex; align-items: center; font: inherit; font-size: var(--small); font-weight: 550; line-height: 1;
  color: var(--text); background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px;
  padding: .5rem .75rem; min-height: 2rem; text-decoration: none; cursor: pointer; white-space: nowrap;
}
button:hover:not(:disabled), .button:hover { border-color: var(--accent); color: var(--accent); }
button:disabled { opacity: .5; cursor: default; }
button.quiet { background: none; border-color: transparent; color: var(--muted); }
button.danger { background: var(--bad); border-color: var(--bad); color: var(--surface); }
button.danger:hover:not(:disabled) { color: var(--surface); border-color: var(--text); }
button.copy { min-height: 1.5rem; padding: .2rem .45rem; font-size: .75rem; }
input[type=search], input[type=text], select {
  font: inherit; font-size: var(--small); color: inherit; background: var(--surface); width: 100%; min-height: 2rem;
  border: 1px solid var(--line-strong); border-radius: 6px; padding: .35rem .6rem;
}
select { width: auto; }
::placeholder { color: var(--muted); opacity: 1; }
.badge {
  display: inline-block; font-size: .6875rem; font-weight: 600; line-height: 1.35; padding: .1rem .4rem;
  border-radius: 999px; color: var(--muted); background: var(--raised); box-shadow: inset 0 0 0 1px var(--line);
  white-space: nowrap;
}
.badge.good { color: var(--good); background: var(--good-soft); box-shadow: none; }
.badge.warn { color: var(--warn); background: var(--warn-soft); box-shadow: none; }
.badge.bad { color: var(--bad); background: var(--bad-soft); box-shadow: none; }
.count {
  font-size: .6875rem; font-weight: 650; font-variant-numeric: tabular-nums; color: var(--muted);
  background: var(--raised); border-radius: 999px; padding: .05rem .4rem; margin-left: .3rem; box-shadow: inset 0 0 0 1px var(--line);
}

.top {
  display: flex; align-items: center; gap: 1.5rem; flex: none; height: 3.25rem; padding: 0 1rem;
  background: var(--surface); border-bottom: 1px solid var(--line);
}
.brand { display: flex; align-items: center; gap: .5rem; color: inherit; text-decoration: none; font-weight: 650; }
.brand .sub { color: var(--muted); font-weight: 450; }
nav { display: flex; gap: .25rem; align-self: stretch; }
nav a {
  display: flex; align-items: center; padding: 0 .7rem; color: var(--muted); text-decoration: none; font-weight: 550;
  font-size: .875rem; border-bottom: 2px solid transparent; border-top: 2px solid transparent;
}
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); border-bottom-color: var(--accent); }
nav a:focus-visible { outline-offset: -3px; }
.live { display: flex; align-items: center; gap: .4rem; margin-left: auto; font-size: .75rem; color: var(--muted); }
.dot { width: .5rem; height: .5rem; border-radius: 50%; background: var(--line-strong); }
.live[data-state=on] .dot { background: #2fa56c; }
.live[data-state=off] .dot { background: #d98e1c; }

.views { flex: 1; min-height: 0; outline: none; }
.view { height: 100%; }
.inbox { display: grid; grid-template-columns: minmax(18rem, 23rem) minmax(0, 1fr); }
.list-pane { display: flex; flex-direction: column; min-height: 0; background: var(--surface); border-right: 1px solid var(--line); }
.list-tools { display: flex; gap: .4rem; padding: .6rem .7rem; border-bottom: 1px solid var(--line); }
.search { flex: 1; min-width: 0; }
.list { flex: 1; overflow-y: auto; }
.list-note { padding: .45rem .9rem; font-size: .75rem; color: var(--muted); border-top: 1px solid var(--line); }
.entry {
  position: relative; display: grid; grid-template-columns: minmax(0, 1fr) auto; column-gap: .75rem; row-gap: .05rem;
  padding: .55rem .9rem .6rem 1.35rem; color: inherit; text-decoration: none; border-bottom: 1px solid var(--line);
}
.entry:hover { background: var(--raised); }
.entry:focus-visible { outline-offset: -2px; border-radius: 0; }
.entry[aria-current] { background: var(--accent-soft); box-shadow: inset 3px 0 0 var(--accent); }
.entry > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.entry-from { font-size: var(--small); color: var(--muted); }
.entry time, .entry-size { font-size: .75rem; color: var(--muted); font-variant-numeric: tabular-nums; text-align: right; }
.entry-subject { grid-column: 1 / -1; font-weight: 550; }
.entry-to { font-size: var(--small); color: var(--muted); }
.entry .badge { justify-self: start; grid-column: 1 / -1; margin-top: .2rem; }
.entry.unseen .entry-subject { font-weight: 700; }
.entry.unseen::before {
  content: ""; position: absolute; left: .5rem; top: 1.1rem; width: .45rem; height: .45rem; border-radius: 50%; background: var(--accent);
}
body[data-empty=true] .inbox { grid-template-columns: minmax(0, 1fr); }
body[data-empty=true][data-route=inbox] .list-pane { display: none; }
.reader { display: flex; flex-direction: column; min-width: 0; min-height: 0; overflow-y: auto; }
.page { overflow-y: auto; padding: 1.5rem max(1rem, calc((100% - 62rem) / 2)) 3rem; }

dialog {
  color: inherit; background: var(--surface); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.4rem;
  width: min(26rem, calc(100vw - 2rem)); box-shadow: 0 18px 50px rgb(0 0 0 / .25);
}
dialog::backdrop { background: rgb(10 14 20 / .45); }
dialog p { margin: .5rem 0 1.1rem; color: var(--muted); }
`;

const PHONE = `
@media (max-width: 760px) {
  .top { gap: .5rem; padding: 0 .6rem; height: 3rem; }
  .brand span { display: none; }
  nav a { padding: 0 .5rem; }
  .live span:last-child { display: none; }
  .inbox { grid-template-columns: minmax(0, 1fr); }
  .list-pane { border-right: 0; }
  body[data-route=inbox][data-empty=false] .reader, body[data-route=message] .list-pane { display: none; }
  .back { display: block; }
  .head { padding: .8rem 1rem; }
  .tabs { padding: 0 .5rem; }
  .facts { grid-template-columns: 3.4rem minmax(0, 1fr); }
  .panel { padding: 1rem; }
  .mail-box .bar { padding: .45rem 1rem; }
  .tiles { grid-template-columns: 1fr 1fr; }
  .page { padding-top: 1rem; }
  .entry { padding-top: .7rem; padding-bottom: .7rem; }
  .tree td:nth-child(3), .tree th:nth-child(3) { display: none; }
  .headers th { width: 7.5rem; }
  .identities li, .files li { flex-wrap: wrap; }
}
@media (max-width: 374px) {
  .top { gap: .25rem; }
  nav { gap: 0; min-width: 0; overflow-x: auto; }
  nav a { padding: 0 .35rem; font-size: .8125rem; }
}
@media (prefers-reduced-motion: no-preference) { .bar-fill { transition: width .3s; } }
`;

/** The style sheet. */
export const STYLE = `${BASE}${STYLE_MESSAGE}${STYLE_PAGES}${PHONE}`;
