// Style of the views: a message with its tabs, account, notifications.

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

export const STYLE_PAGES = `
.empty { width: 100%; max-width: 44rem; margin: 0 auto; padding: clamp(1.5rem, 7vh, 5rem) 1.25rem 2rem; display: flex; flex-direction: column; gap: 1rem; }
.empty .url { font-size: .9rem; color: var(--accent); }
.empty.nothing { align-items: center; margin: auto; text-align: center; gap: .4rem; color: var(--muted); padding-top: 2rem; }
.example { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); overflow: hidden; }
.example figcaption {
  display: flex; align-items: center; justify-content: space-between; padding: .35rem .5rem .35rem .9rem;
  font-size: var(--small); color: var(--muted); border-bottom: 1px solid var(--line);
}
.example pre { padding: .8rem .9rem; overflow-x: auto; line-height: 1.55; }

.page > * + * { margin-top: 1.5rem; }
.page section > * + * { margin-top: .7rem; }
.page .empty { padding-top: 2rem; margin-left: 0; gap: .4rem; }
.head-row { justify-content: space-between; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); gap: .7rem; }
.tiles li {
  display: flex; flex-direction: column; padding: .8rem .95rem; background: var(--surface);
  border: 1px solid var(--line); border-radius: var(--radius);
}
.tile-name { font-size: .75rem; color: var(--muted); }
.tiles b { font-size: 1.5rem; font-weight: 650; line-height: 1.35; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.meter { display: block; height: .375rem; margin-top: .55rem; border-radius: 999px; background: var(--line); overflow: hidden; }
.bar-fill { display: block; height: 100%; background: var(--accent); border-radius: inherit; }
.bar-fill.full { background: var(--chart-bad); }

.chart { padding: .9rem 1rem .8rem; background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); }
.chart svg { display: block; width: 100%; height: auto; margin-top: .4rem; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: var(--small); color: var(--muted); }
.legend b { color: var(--text); font-variant-numeric: tabular-nums; font-weight: 600; }
.swatch { display: inline-block; width: .6rem; height: .6rem; border-radius: 2px; margin-right: .4rem; background: var(--chart); }
.bounces .swatch { background: var(--chart-bad); }
.complaints .swatch { background: var(--chart-warn); }
.rejects .swatch { background: var(--chart-reject); }
rect.delivered { fill: var(--chart); }
rect.bounces { fill: var(--chart-bad); }
rect.complaints { fill: var(--chart-warn); }
rect.rejects { fill: var(--chart-reject); }
.grid { stroke: var(--line); stroke-width: 1; }
.axis { fill: var(--muted); font-size: 11px; font-variant-numeric: tabular-nums; }
.chart details { margin-top: .5rem; font-size: var(--small); }
summary { cursor: pointer; color: var(--muted); }
.scroll { overflow-x: auto; max-height: 18rem; margin-top: .5rem; }
.chart thead th:nth-child(n+2) { text-align: right; }

.add { margin-top: .7rem; flex-wrap: nowrap; max-width: 30rem; }
.events li { background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius); padding: .6rem .9rem; }
.events summary { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: center; color: inherit; }
.events .arn { flex: 1; min-width: 10rem; font-family: var(--mono); font-size: .78rem; overflow-wrap: anywhere; }
.events p { margin: .6rem 0; font-size: var(--small); }

.notice-page { align-items: center; justify-content: center; }
.notice {
  max-width: 30rem; margin: 1rem; padding: 1.6rem 1.8rem; background: var(--surface); border: 1px solid var(--line);
  border-top: 3px solid var(--bad); border-radius: var(--radius); overflow-wrap: anywhere;
}
.notice.good { border-top-color: #2fa56c; }
.notice p { margin-top: .7rem; }
.notice a { margin-right: 1rem; }
`;
