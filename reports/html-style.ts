/** The report's one style sheet; its hash is in the content security policy, so nothing is added to it at run time. */
export const STYLE = `
:root{--page:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;
--fail:#b42318;--fail-panel:#fef3f2;--unknown:#8a5a00;--unknown-panel:#fff8e6;--pass:#1a7f37;--pass-panel:#edfaf1;--waived:#6639ba;--waived-panel:#f6f0ff;--mute:#57606a}
@media (prefers-color-scheme:dark){:root{--page:#0d1117;--ink:#e6edf3;--soft:#9ea7b1;--line:#3a424b;--panel:#161b22;--link:#79b8ff;
--fail:#ff8f87;--fail-panel:#2a1314;--unknown:#f0c060;--unknown-panel:#2b220d;--pass:#5fd07f;--pass-panel:#10261a;--waived:#c4a5ff;--waived-panel:#211733;--mute:#9ea7b1}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
header,main,footer{max-width:70rem;margin:0 auto;padding:0 1.5rem}
a{color:var(--link)}
code,pre,.drawing text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.9em;overflow-wrap:anywhere}
h1{font-size:2.5rem;line-height:1.1;margin:.2rem 0 .6rem}
h2{font-size:1.4rem;margin:2.6rem 0 .8rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:0 0 .4rem;font-weight:600}
h4{font-size:1rem;margin:0 0 .4rem}
h5{font-size:.85rem;margin:.7rem 0 .2rem;color:var(--soft);font-weight:600}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem}
.verdict{margin-top:1.5rem;padding:1.4rem 1.5rem 1.2rem;border-left:.6rem solid var(--pass);background:var(--pass-panel)}
.verdict.v1{border-color:var(--fail);background:var(--fail-panel)}
.verdict.v2{border-color:var(--unknown);background:var(--unknown-panel)}
.v0 h1{color:var(--pass)}.v1 h1{color:var(--fail)}.v2 h1{color:var(--unknown)}
.product{margin:0;color:var(--soft);font-weight:600}
.sentence{font-size:1.2rem;margin:.2rem 0 .6rem}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:.6rem;margin:1rem 0 0;padding:0}
.tile{border:1px solid var(--line);background:var(--page);border-radius:.4rem;padding:.35rem .8rem}
.tile b{font-size:1.3rem}
.tile.fail b{color:var(--fail)}.tile.unknown b{color:var(--unknown)}.tile.pass b{color:var(--pass)}.tile.waived b{color:var(--waived)}
.tile.none{color:var(--soft)}
.early{border-left:.3rem solid var(--unknown);background:var(--unknown-panel);padding:.5rem .8rem}
.count{color:var(--soft);font-weight:400;font-size:.95rem;margin-left:.4rem}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(21rem,100%),1fr));gap:.15rem 1.5rem;margin:.6rem 0}
.facts div{display:flex;gap:.6rem;border-top:1px solid var(--line);padding:.25rem 0;min-width:0}
.facts dt{flex:0 0 6.6rem;color:var(--soft)}
.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
#scope .facts{grid-template-columns:repeat(auto-fill,minmax(min(27rem,100%),1fr))}
#scope .facts dt{flex-basis:8.6rem}
.finding .facts,.record.facts,.attempt .facts{grid-template-columns:1fr}
table{border-collapse:collapse;width:100%;font-size:.93rem}
caption{text-align:left;color:var(--soft);padding-bottom:.3rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th,tfoot th,tfoot td{font-weight:600}
.n{text-align:right;font-variant-numeric:tabular-nums;padding-right:1.2rem}
.wide{overflow-x:auto}
.finding{border:1px solid var(--line);border-left:.35rem solid var(--mute);border-radius:.3rem;padding:.8rem 1rem;margin:.7rem 0}
.finding.fail{border-left-color:var(--fail)}.finding.unknown{border-left-color:var(--unknown)}.finding.pass{border-left-color:var(--pass)}.finding.waived{border-left-color:var(--waived)}
details.finding{padding:.35rem 1rem}
details.finding[open]{padding-bottom:.8rem}
summary{cursor:pointer}
.gist{color:var(--soft)}
.because{margin:.2rem 0 .6rem;overflow-wrap:anywhere}
.badge{display:inline-block;border:1px solid currentColor;border-radius:.25rem;padding:0 .45rem;font-size:.85rem;margin-right:.3rem}
.fail>h3 .badge{color:var(--fail)}.unknown>h3 .badge{color:var(--unknown)}.waived>h3 .badge{color:var(--waived)}
.severity{font-size:.85rem;color:var(--soft);margin-left:.3rem}
.severity.critical,.severity.high{color:var(--ink);font-weight:600}
.waiver{background:var(--waived-panel);padding:.4rem .7rem;border-radius:.25rem}
.disagreement{border:.25rem solid var(--fail);background:var(--fail-panel);padding:0 1.2rem .6rem;margin-top:1.5rem}
.disagreement h2{color:var(--fail);border:0;margin-top:1rem}
.technique td:last-child{min-width:24rem}
.technique.fail .badge{color:var(--fail)}.technique.waived .badge{color:var(--waived)}.technique.unknown .badge{color:var(--unknown)}.technique.pass .badge{color:var(--pass)}
.hops{margin:.5rem 0}
.attempt{border:1px solid var(--line);border-radius:.3rem;padding:.9rem 1rem;margin:.9rem 0}
.witnesses{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem}
.witnesses>div{min-width:0}
@media (max-width:52rem){.witnesses{grid-template-columns:1fr}}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.25rem;padding:.5rem .7rem;margin:.2rem 0;font-size:.82rem;line-height:1.4;white-space:pre-wrap;overflow-wrap:anywhere;max-height:22rem;overflow-y:auto}
.exit{color:var(--soft);font-size:.9rem;margin:.4rem 0 0}
figure{margin:1rem 0;overflow-x:auto}
.drawing{display:block;width:100%;min-width:52rem;height:auto}
.drawing text{font-size:11px;fill:var(--ink)}
.drawing .lane{font-size:12.5px;font-weight:600}
.drawing .at{font-weight:600}
.drawing .route{fill:var(--link)}
.drawing .note{fill:var(--soft)}
.box{fill:var(--panel);stroke:var(--soft)}
.box.bad{fill:var(--fail-panel);stroke:var(--fail);stroke-width:2;stroke-dasharray:6 4}
.badge-dot{fill:var(--soft)}
.badge-dot.bad,.head.bad,.flag{fill:var(--fail)}
.drawing .badge-number,.drawing .flag-text{fill:var(--page);text-anchor:middle;font-weight:600}
.step{fill:none;stroke:var(--soft);stroke-width:1.6}
.step.bad{stroke:var(--fail);stroke-width:2.2;stroke-dasharray:6 4}
.head{fill:var(--soft)}
footer{color:var(--soft);font-size:.9rem;margin-top:3rem;border-top:1px solid var(--line);padding-bottom:2rem}
@media print{
:root{--page:#fff;--ink:#000;--soft:#444;--line:#bbb;--panel:#f6f6f6;--link:#000;--fail:#a00;--fail-panel:#fff;--unknown:#750;--unknown-panel:#fff;--pass:#060;--pass-panel:#fff;--waived:#639;--waived-panel:#fff}
body{font-size:10pt}header,main,footer{max-width:none;padding:0}
.skip{display:none}
article,details.finding,figure,tr{break-inside:avoid}
h2,h3,h4{break-after:avoid}
pre{max-height:none}
.drawing{min-width:0}
a{text-decoration:none}
}
`;
