/** The page's style: light and dark by the reader's setting, light in print, no font or picture from elsewhere. */
export const reportStyle = `
:root { color-scheme: light dark; --ground: #f6f7f9; --card: #fff; --ink: #14181f; --soft: #5a6472; --line: #e1e5ea;
  --good: #1a7f4b; --good-ground: #e4f4ea; --bad: #b3261e; --bad-ground: #fbe9e7; --doubt: #8a5a00; --doubt-ground: #fff2d8; --bar: #3d6fb6; --rest: #c3ccd8; }
@media (prefers-color-scheme: dark) { :root { --ground: #0f1318; --card: #181e26; --ink: #e8ecf1; --soft: #9aa6b4; --line: #2b3440;
  --good: #63d297; --good-ground: #14301f; --bad: #ff8d84; --bad-ground: #3a1a18; --doubt: #f2c063; --doubt-ground: #36290f; --bar: #7fabeb; --rest: #3a4655; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.05rem; font-weight: 600; margin: 0; color: var(--soft); }
h2 { font-size: 1.05rem; margin: 0 0 1rem; }
p { margin: 0; }
header { margin-bottom: 1.75rem; }
.lead { font-size: 1.6rem; line-height: 1.3; font-weight: 600; margin: .6rem 0 .5rem; letter-spacing: -.01em; overflow-wrap: anywhere; text-wrap: pretty; }
.soft { color: var(--soft); font-size: .9rem; }
.badge { display: inline-block; padding: .15rem .7rem; border-radius: 99px; font-weight: 600; font-size: .9rem; white-space: nowrap; }
.top { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; }
.good { color: var(--good); } .bad { color: var(--bad); } .doubt { color: var(--doubt); }
.badge.plain { color: var(--soft); background: var(--ground); } .badge.good { background: var(--good-ground); } .badge.bad { background: var(--bad-ground); } .badge.doubt { background: var(--doubt-ground); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem 1.5rem 1.4rem; margin-top: 1rem; break-inside: auto; } .measures, .course, .phases, h2 { break-inside: avoid; break-after: auto; } h2 { break-after: avoid; }
section.alarm { background: var(--bad-ground); border-color: var(--bad); }
section.alarm h2 { color: var(--bad); }
.measures { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; margin-top: 1rem; }
.measures section { margin: 0; }
.measures h2 { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; margin-bottom: .4rem; font-weight: 600; }
.figure { font-size: 2.1rem; line-height: 1.2; font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.figure + .soft { margin-top: .8rem; }
.figure small { display: inline-block; font-size: .95rem; font-weight: 400; color: var(--soft); letter-spacing: 0; }
.gauge { position: relative; height: .55rem; border-radius: 99px; background: var(--rest); margin: .8rem 0 .7rem; overflow: hidden; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.gauge i { position: absolute; inset: 0 auto 0 0; background: var(--bar); border-radius: 99px; }
.gauge i.over { background: var(--bad); }
.gauge b { position: absolute; top: 0; bottom: 0; width: 3px; background: var(--ink); }
ul { margin: 0; padding-left: 1.2rem; } li + li { margin-top: .25rem; } li { overflow-wrap: anywhere; }
.phases { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr max-content; gap: .45rem 1rem; align-items: center; font-size: .92rem; }
.phases .row { display: contents; }
.phases .track { position: relative; height: 1.05rem; background: linear-gradient(90deg, var(--line) 1px, transparent 1px) 0 0 / 25% 100%; border-right: 1px solid var(--line); }
.phases .track i { position: absolute; top: .15rem; bottom: .15rem; min-width: 3px; background: var(--bar); border-radius: 3px; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.phases .track i.bad { background: var(--bad); }
.phases .took { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.check { border-top: 1px solid var(--line); padding: .7rem 0; display: grid; grid-template-columns: 8.5rem 1fr; gap: .2rem 1rem; break-inside: avoid; }
.check:first-of-type { border-top: 0; padding-top: 0; } .check:last-of-type { padding-bottom: 0; }
.check .name { font-weight: 600; overflow-wrap: anywhere; }
.check > div { overflow-wrap: anywhere; min-width: 0; }
details { margin-top: .25rem; } summary { cursor: pointer; color: var(--soft); font-size: .88rem; width: max-content; }
summary:focus-visible { outline: 2px solid var(--bar); outline-offset: 2px; }
pre { margin: .5rem 0 0; padding: .7rem .9rem; background: var(--ground); border-radius: 8px; overflow-x: auto; font: .8rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.5rem; margin: 0; font-size: .95rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.course p { margin-top: .6rem; }
.course svg { display: block; width: 100%; height: auto; overflow: visible; }
.course .line { fill: none; stroke: var(--bar); stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
.course .limit { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 5 4; vector-effect: non-scaling-stroke; }
.course .dot { fill: var(--card); stroke: var(--good); stroke-width: 2.5; } .course .dot.bad { stroke: var(--bad); fill: var(--bad); } .course .dot.doubt { stroke: var(--doubt); }
.course text { fill: var(--soft); font-size: 13px; }
@media (max-width: 36rem) { main { padding: 1.25rem .9rem 2.5rem; } .lead { font-size: 1.3rem; } section { padding: 1rem; }
  .check { grid-template-columns: 1fr; } .phases { display: block; } .phases .row { display: grid; grid-template-columns: 1fr max-content; } .phases .track { grid-column: 1 / -1; order: 1; margin-bottom: .6rem; }
  .course text { font-size: 27px; } .course .dot { r: 9px; stroke-width: 4; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } .figure { font-size: 1.7rem; } }
@media print { :root { color-scheme: light; --ground: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --good: #1a7f4b; --good-ground: #fff; --bad: #b3261e; --bad-ground: #fff;
  --doubt: #8a5a00; --doubt-ground: #fff; --bar: #3d6fb6; --rest: #ddd; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; } section { border-radius: 0; border-width: 1px 0 0; padding: .8rem 0 0; margin-top: .9rem; }
  .measures section { padding-top: .6rem; } .badge { border: 1px solid; } .lead { font-size: 1.35rem; } .figure { font-size: 1.5rem; } pre { padding: 0; } details::details-content { content-visibility: visible; block-size: auto; } summary { list-style: none; } }
@page { margin: 16mm 14mm; }
`;
