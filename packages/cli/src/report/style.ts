// How the report looks: two sets of colours by the reader's setting, shapes and signs beside every colour, and paper.

const LIGHT =
  '--paper:#fcfbf8;--ink:#20242b;--soft:#666d78;--line:#dedbd3;--panel:#f4f2ec;--pass:#cfe0d6;--pass-ink:#2b5941;--open:#dcdcdc;--same:#eceae4;--fault:#bf3a2b;--on-fault:#fff;--reject:#e2a63c;--on-reject:#2b1e00;--link:#6d4fb3;--edge:#1f6f8f;--guide:#bf3a2b55;--differs:#fbeee0;--pass-bar:#7fb296;--fail-bar:#cf5a4b;--none-bar:#a9a9a9';
const DARK =
  '--paper:#16181c;--ink:#e4e3df;--soft:#9aa0aa;--line:#33373e;--panel:#1e2126;--pass:#26443a;--pass-ink:#a9d6bf;--open:#3a3d42;--same:#22252a;--fault:#d9594a;--on-fault:#fff;--reject:#c98d2b;--on-reject:#1d1400;--link:#8f72d8;--edge:#3a93b5;--guide:#d9594a66;--differs:#3a2c1d;--pass-bar:#4d8a6c;--fail-bar:#d9594a;--none-bar:#70747b';

/** The page's style sheet. */
export const STYLE = `:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root{${DARK}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2.5rem 1.5rem 4rem;max-width:66rem;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
code,.code td,.numbers,svg text{font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"Liberation Mono",monospace}
code{font-size:.9em;overflow-wrap:anywhere;unicode-bidi:isolate}
h1{font-size:2rem;line-height:1.2;margin:.1rem 0 1rem;font-weight:650;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:2.75rem 0 .75rem;padding-bottom:.35rem;border-bottom:1px solid var(--line);font-weight:620}
h3{font-size:1.05rem;margin:1.5rem 0 .6rem;font-weight:600;line-height:1.4}
h4{font-size:.95rem;margin:1.2rem 0 .4rem;font-weight:600;color:var(--soft)}
small,.note,.kicker,footer,.about{color:var(--soft)}
.note,footer{font-size:.88rem}
.kicker{margin:0;font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.1rem;margin:.4rem 0}
dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}
.setting{font-size:.9rem}
article{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:.9rem 1.2rem 1.1rem;margin:1rem 0}
article h3{margin-top:.1rem}
article:target{outline:2px solid var(--edge);outline-offset:2px}
.badge{display:inline-block;min-width:1.7em;padding:0 .45em;border-radius:4px;text-align:center;font-size:.85em;margin-right:.3em}
.badge.u-culprit{background:var(--fault);color:var(--on-fault)}.badge.u-rejected{background:var(--reject);color:var(--on-reject)}.badge.u-link{background:var(--link);color:#fff}.badge.u-boundary{background:var(--edge);color:#fff}
.proof{list-style:none;margin:0;padding:0}.proof li::before{display:inline-block;width:1.3em}.yes::before{content:"✓";color:var(--pass-ink)}.no::before{content:"–";color:var(--soft)}
.problem{border-left:4px solid var(--fault);padding:.4rem .9rem;background:var(--panel);overflow-wrap:anywhere}
.next{border-left:4px solid var(--edge);padding:.4rem .9rem;overflow-wrap:anywhere}
.notes{padding-left:1.2rem;color:var(--soft);font-size:.92rem}
svg{display:block;width:100%;height:auto}
svg text{font-size:12px;fill:var(--ink)}
.units rect,.legend rect,.units path{stroke:none}
.u-pass{fill:var(--pass)}.u-open{fill:var(--open)}.u-identical{fill:var(--same)}
rect.u-identical{stroke:var(--line);stroke-width:1}
.u-culprit{fill:var(--fault)}.u-rejected{fill:var(--reject)}.u-link{fill:var(--link)}.u-boundary{fill:var(--edge)}
svg .t-culprit,svg .t-link,svg .t-boundary{fill:var(--on-fault)}svg .t-rejected{fill:var(--on-reject)}svg .t-pass{fill:var(--pass-ink)}svg .t-identical,svg .t-open{fill:var(--soft)}
svg .number{font-weight:700}
.units .join{stroke:var(--ink);fill:none;stroke-width:1.5}.joint{fill:var(--ink)}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;list-style:none;margin:.8rem 0 0;padding:0;font-size:.88rem}
.legend svg{display:inline-block;width:.85em;height:.85em;margin-right:.45em;vertical-align:-.05em}
.probes text.axis,.axis text{fill:var(--soft);font-size:11px}
.track{fill:var(--same)}.guide{stroke:var(--guide);stroke-width:1}
.s-pass{fill:var(--pass-bar)}.s-fail{fill:var(--fail-bar)}.s-unresolved{fill:var(--none-bar)}.reused{opacity:.45}
.key{padding:0 .35em;border-radius:3px;color:#fff}.key.s-pass{background:var(--pass-bar)}.key.s-fail{background:var(--fail-bar)}.key.s-unresolved{background:var(--none-bar)}
details{margin:.5rem 0}summary{cursor:pointer;font-size:.92rem}summary span{color:var(--soft)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--edge);outline-offset:2px}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.5rem 0}
th{text-align:left;font-weight:600}
.numbers{font-size:.82rem}.numbers th,.numbers td{padding:.16rem .8rem .16rem 0;vertical-align:top}.numbers thead th{color:var(--soft);border-bottom:1px solid var(--line)}
.numbers tbody tr+tr>*{border-top:1px solid var(--line)}
.cost{width:auto;min-width:min(100%,34rem)}.cost td:nth-child(2){text-align:right;padding-right:1.6rem}.cost th{font-weight:400}
.o-fail{color:var(--fault)}
.trend polyline{fill:none;stroke:var(--pass-bar);stroke-width:2}.trend .floor{stroke:var(--line);stroke-width:1}.ids th{font-weight:400;overflow-wrap:anywhere}.ids td:not(.about){white-space:nowrap}.ids{table-layout:auto}.bar{display:inline-block;height:.7em;min-width:1px;background:var(--none-bar);border-radius:1px}.bar.s-fail{background:var(--fail-bar)}
.code{table-layout:fixed;font-size:.78rem;line-height:1.45;background:var(--paper);border:1px solid var(--line);min-width:44rem}
.code th{padding:.3rem .7rem;color:var(--soft);border-bottom:1px solid var(--line);font-size:.78rem}
.code td{padding:0 .7rem;white-space:pre-wrap;overflow-wrap:anywhere;vertical-align:top}
.code .sign{width:1.8rem;padding:0;text-align:center;color:var(--soft)}
.differs td{background:var(--differs)}.differs .sign{color:var(--fault);font-weight:700}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.source{margin:.4rem 0;padding:.6rem .8rem;background:var(--paper);border:1px solid var(--line);font:.78rem/1.45 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
footer{margin-top:3rem;border-top:1px solid var(--line)}
@media (max-width:40rem){body{padding:1.2rem .9rem 3rem}h1{font-size:1.5rem}dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.4rem}}
@media print{:root{${LIGHT};--paper:#fff}body{max-width:none;padding:0;font-size:10.5pt}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}article,svg,tr{break-inside:avoid}article:has(.code){break-inside:auto}h2,h3,h4{break-after:avoid}.wide{overflow:visible}.code{min-width:0;font-size:7.5pt}details::details-content{content-visibility:visible;block-size:auto;display:block}a{color:inherit}@page{margin:16mm 14mm}}
`;
