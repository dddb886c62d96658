// The style of a message and its views.

export const STYLE_MESSAGE = `
.back { display: none; padding: .7rem 1rem; font-size: var(--small); text-decoration: none; border-bottom: 1px solid var(--line); background: var(--surface); }
.head { flex: none; padding: 1.1rem 1.5rem .9rem; background: var(--surface); }
.head h1 { max-height: 35vh; overflow-y: auto; }
.head h1:focus { outline: none; }
.facts { display: grid; grid-template-columns: 4rem minmax(0, 1fr); gap: .2rem .75rem; margin-top: .7rem; font-size: .875rem; }
.facts dt { color: var(--muted); font-size: var(--small); line-height: 1.55; }
.facts dd { margin: 0; display: flex; flex-wrap: wrap; gap: .15rem .5rem; align-items: center; overflow-wrap: anywhere; min-width: 0; }
.facts dd code { font-size: .75rem; color: var(--muted); }
.person { display: inline-flex; flex-wrap: wrap; gap: .35rem; align-items: center; }
.person:not(:last-child)::after { content: ","; margin-left: -.35rem; color: var(--muted); }
.tabbed { flex: 1; display: flex; flex-direction: column; min-height: 24rem; }
.tabs {
  display: flex; flex: none; gap: .1rem; padding: 0 1.1rem; background: var(--surface); border-bottom: 1px solid var(--line);
  overflow-x: auto; scrollbar-width: none; position: sticky; top: 0; z-index: 1;
}
.tabs button {
  background: none; border: 0; border-radius: 0; border-bottom: 2px solid transparent; color: var(--muted);
  padding: .65rem .6rem; font-size: .875rem; flex: none;
}
.tabs button[aria-selected=true] { color: var(--text); border-bottom-color: var(--accent); }
.tabs button:focus-visible { outline-offset: -3px; }
.panels { flex: 1; display: flex; min-height: 0; }
.panel { flex: 1; min-width: 0; padding: 1.25rem 1.5rem 2rem; }
.panel:focus-visible { outline-offset: -3px; }
.panel.panel-html { display: flex; padding: 0; }
.mail-box { flex: 1; display: flex; flex-direction: column; }
.mail-box .bar { padding: .45rem 1.5rem; background: var(--raised); border-bottom: 1px solid var(--line); }
iframe.mail { flex: 1; width: 100%; min-height: 20rem; border: 0; background: #fff; color-scheme: light; }
pre.text, pre.source { white-space: pre-wrap; overflow-wrap: anywhere; }
pre.text { font-size: .875rem; line-height: 1.6; max-width: 80ch; }
pre.source {
  line-height: 1.5; padding: .9rem 1rem; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius);
}
.row.bar { margin-bottom: .9rem; }
.all-good { color: var(--good); background: var(--good-soft); padding: .8rem 1rem; border-radius: var(--radius); }

table { border-collapse: collapse; width: 100%; font-size: var(--small); }
caption { text-align: left; color: var(--muted); padding-bottom: .6rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); }
thead th { color: var(--muted); font-weight: 550; }
td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.headers th { width: 14rem; font-weight: 550; overflow-wrap: anywhere; }
.headers td { overflow-wrap: anywhere; font-family: var(--mono); font-size: .78rem; line-height: 1.55; }
.tree thead th:nth-child(n+3) { text-align: right; }
.tree .node { padding-left: calc(var(--depth, 0) * 1.25rem); overflow-wrap: anywhere; }
.tree .type { font-family: var(--mono); }
.tree .badge { margin-left: .4rem; }
.files, .findings, .identities, .events { display: flex; flex-direction: column; gap: .5rem; }
.files li, .findings li, .identities li {
  display: flex; align-items: center; gap: .8rem; padding: .6rem .8rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius);
}
p + .findings { margin-top: .7rem; }
.findings li { align-items: flex-start; }
.findings li > .badge { margin-top: .15rem; }
.findings p + p { margin-top: .15rem; }
.file-name { display: flex; flex-direction: column; flex: 1; min-width: 9rem; overflow-wrap: anywhere; }
.thumb {
  flex: none; width: 2.75rem; height: 2.75rem; border-radius: 6px; object-fit: cover; background: var(--raised);
  box-shadow: inset 0 0 0 1px var(--line); display: grid; place-items: center; font-size: .6875rem; color: var(--muted);
}
`;
