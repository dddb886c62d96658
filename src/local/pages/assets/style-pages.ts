// The style of the other views: empty inbox, account, notifications, notices.

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
