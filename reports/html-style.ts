/** The report's style sheet for screens; its hash is in the content security policy, so nothing is added at run time. */
export const STYLE = `
:root{--page:#fff;--ink:#1a1f26;--soft:#556070;--line:#dfe3e8;--panel:#f6f7f9;--link:#0a58b0;
--fail:#b3261e;--fail-panel:#fdf2f1;--unknown:#855600;--unknown-panel:#fdf6e6;--pass:#1b7a3d;--pass-panel:#eef8f1;--waived:#6639ba;--waived-panel:#f5f1fd;--mute:#8b95a1}
@media (prefers-color-scheme:dark){:root{--page:#101418;--ink:#e4e9ef;--soft:#a1abb7;--line:#2c343d;--panel:#181e24;--link:#84bbff;
--fail:#ff928a;--fail-panel:#2a1617;--unknown:#eec068;--unknown-panel:#282010;--pass:#6ed28d;--pass-panel:#12251a;--waived:#c5a9ff;--waived-panel:#20182f;--mute:#7c8793}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
[hidden]{display:none!important}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-kerning:normal}
.verdict,.columns,footer{max-width:84rem;margin:0 auto;padding-left:2rem;padding-right:2rem}
a{color:var(--link);text-underline-offset:.15em;text-decoration-thickness:1px}
:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:2px}
code,pre,.drawing text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
code{font-size:.88em;overflow-wrap:anywhere}
#negative-controls code{overflow-wrap:normal;white-space:nowrap}
h1{font-size:3rem;line-height:1.1;margin:.3rem 0 .5rem;letter-spacing:-.02em}
h2{font-size:1.45rem;line-height:1.25;margin:3.5rem 0 1rem;letter-spacing:-.01em}
h3{font-size:1.08rem;line-height:1.4;margin:1.4rem 0 .4rem;font-weight:600}
h4{font-size:.98rem;margin:0 0 .4rem;font-weight:600}
h5,h6{font-size:.95rem;margin:0 0 .4rem;font-weight:600}
p{margin:.5rem 0}
main>section:first-child>h2,main>section>h2:first-child{margin-top:3.5rem}
main>section:first-child>h2{margin-top:0}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem;z-index:2}
.count{color:var(--soft);font-weight:400;font-size:.9rem;margin-left:.35rem;letter-spacing:0}
.quiet{color:var(--soft)}
.label{font-size:.82rem;font-weight:600;color:var(--soft);margin:1rem 0 .25rem}
.verdict{padding-top:2.4rem;padding-bottom:2rem;max-width:none;border-top:.5rem solid var(--pass);background:var(--pass-panel)}
.verdict>*{max-width:80rem;margin-left:auto;margin-right:auto}
.verdict.v1{border-color:var(--fail);background:var(--fail-panel)}
.verdict.v2{border-color:var(--unknown);background:var(--unknown-panel)}
.v0 h1{color:var(--pass)}.v1 h1{color:var(--fail)}.v2 h1{color:var(--unknown)}
.product{color:var(--soft);font-weight:600;margin-top:0}
.sentence{font-size:1.3rem;line-height:1.4}
.claim{overflow-wrap:anywhere}
.where{color:var(--soft);font-variant-numeric:tabular-nums}
.kind{font-weight:600}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:.4rem 2.4rem;margin-top:1.4rem;padding:0}
.tile{color:var(--soft)}
.tile b{display:block;font-size:1.9rem;line-height:1.15;font-weight:600;font-variant-numeric:tabular-nums;color:var(--ink)}
.tile.of-fail b{color:var(--fail)}.tile.of-unknown b{color:var(--unknown)}.tile.of-pass b{color:var(--pass)}.tile.of-waived b{color:var(--waived)}
.tile.none b{color:var(--soft);font-weight:400}
.early{border-left:.25rem solid var(--unknown);background:var(--unknown-panel);padding:.6rem .9rem}
.columns{display:grid;grid-template-columns:minmax(0,1fr);gap:0 3rem;padding-top:1.6rem}
nav ul{list-style:none;margin:0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.2rem;font-size:.92rem}
nav a{text-decoration:none;color:var(--soft);display:inline-block;padding:.15rem 0}
nav a:hover{color:var(--link);text-decoration:underline}
main{min-width:0;padding-top:2rem}
@media (min-width:72rem){.columns{grid-template-columns:11rem minmax(0,1fr);padding-top:2.6rem}nav{position:sticky;top:1.6rem;align-self:start;max-height:calc(100vh - 3rem);overflow-y:auto}nav ul{display:block}main{padding-top:0}}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(27rem,100%),1fr));gap:0 2.5rem;margin:.8rem 0}
.facts div{display:flex;gap:1rem;border-top:1px solid var(--line);padding:.4rem 0;min-width:0}
.facts dt{flex:0 0 8.6rem;color:var(--soft)}
.facts dd{margin:0;min-width:0;overflow-wrap:anywhere}
.attempt .facts{grid-template-columns:minmax(0,1fr);font-size:.9rem;margin:.5rem 0}
.attempt .facts dt{flex-basis:5.6rem}
.attempt .facts div{padding:.2rem 0}
.method{margin:.8rem 0 1.4rem;display:grid;grid-template-columns:minmax(8.6rem,14rem) minmax(0,1fr);gap:.9rem 2rem}
.method dt{font-weight:600}
.method dd{margin:0}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;color:var(--soft);padding-bottom:.4rem}
th,td{text-align:left;vertical-align:top;padding:.5rem 1.2rem .5rem 0;border-bottom:1px solid var(--line);font-weight:400}
thead th{font-weight:600;font-size:.85rem;color:var(--soft);vertical-align:bottom;border-bottom-color:var(--mute)}
tfoot th,tfoot td{font-weight:600;border-bottom:0}
tr:target,.finding:target,.attempt:target{background:var(--panel);box-shadow:-.4rem 0 0 var(--link)}
.n{white-space:nowrap}
thead th{overflow-wrap:normal}
.n{text-align:right;font-variant-numeric:tabular-nums}
.counts .n{width:7rem;white-space:normal}
.zero{color:var(--soft)}
td.of-fail,td.of-unknown,td.of-waived,td.of-pass{font-weight:600}
td.of-fail{color:var(--fail)}td.of-unknown{color:var(--unknown)}td.of-waived{color:var(--waived)}td.of-pass{color:var(--pass)}
.when{white-space:nowrap;font-variant-numeric:tabular-nums}
.checks{color:var(--soft);overflow-wrap:anywhere}
.hops code{white-space:nowrap}
.wide{overflow-x:auto;margin:.6rem 0 1.2rem}
summary{cursor:pointer}
#filter{display:none}
.scripted #filter{display:flex;flex-wrap:wrap;gap:.8rem;align-items:end;background:var(--panel);border:1px solid var(--line);border-radius:.5rem;padding:1rem 1.2rem;margin-top:3.5rem}
.field{display:flex;flex-direction:column;gap:.2rem;min-width:6rem}
.grow{flex:1 1 13rem}
.field label{font-size:.82rem;color:var(--soft)}
input,select,button{font:inherit;font-size:.92rem;color:var(--ink);background:var(--page);border:1px solid var(--mute);border-radius:.3rem;padding:.4rem .6rem;min-height:2.3rem;max-width:100%}
select{max-width:11rem}
button{cursor:pointer}
#filter-status{flex-basis:100%;margin:0;color:var(--soft);font-size:.9rem}
.check{border-top:1px solid var(--line);padding:1.1rem 0;overflow-wrap:anywhere}
section.check{border:1px solid var(--line);border-left:.3rem solid var(--mute);border-radius:.4rem;padding:1.2rem 1.5rem 1.3rem;margin:1.2rem 0}
.check.fail{border-left-color:var(--fail)}section.check.unknown{border-left-color:var(--unknown)}section.check.waived{border-left-color:var(--waived)}
section.check{content-visibility:auto;contain-intrinsic-size:auto 30rem}
section.check>h3{margin-top:0}
details.check{padding:.65rem 0}
details.check>summary{padding:.1rem 0}
details.check[open]{padding-bottom:1.4rem}
details.check[open]>summary{font-weight:600}
details.check>table th{width:32%}
.meta{color:var(--soft);font-size:.88rem;margin:.2rem 0 .9rem;display:flex;flex-wrap:wrap;gap:.1rem 1.2rem}
.severity.critical,.severity.high{color:var(--ink);font-weight:600}
.finding{border-top:1px solid var(--line);padding:1rem 0 .4rem}
.because{margin:.2rem 0 .6rem}
.badge{display:inline-block;border:1px solid currentColor;border-radius:1rem;padding:0 .6rem;font-size:.8rem;font-weight:600;margin-right:.4rem;white-space:nowrap}
.fail>h3 .badge,.technique.fail .badge{color:var(--fail)}.unknown>h3 .badge,.technique.unknown .badge{color:var(--unknown)}.waived>h3 .badge,.technique.waived .badge{color:var(--waived)}.technique.pass .badge{color:var(--pass)}
.certificate,.packet,.links{color:var(--soft);font-size:.92em}
td>.certificate,td>.links{margin:.35rem 0 0}
.way{margin-top:.35rem;font-size:.92em;color:var(--soft)}
.way ol{margin:.3rem 0;padding-left:1.4rem}
.waiver{background:var(--waived-panel);padding:.6rem .9rem;border-radius:.3rem}
.about{border-top:1px solid var(--line);margin-top:.8rem;padding-top:.6rem;font-size:.94rem}
details.check>.about{border:0}
.about>.label:first-child{margin-top:0}
.about summary{color:var(--soft)}
.prose{white-space:pre-line;max-width:46rem}
.references{margin:.2rem 0;padding-left:1.2rem;font-size:.9em;overflow-wrap:anywhere}
.loud,.disagreement{border:.2rem solid var(--fail);background:var(--fail-panel);padding:.4rem 1.4rem .8rem;border-radius:.4rem;margin:1.5rem 0 0}
.loud{border-color:var(--unknown);background:var(--unknown-panel)}
.loud>h2,.disagreement>h2{color:var(--fail);margin-top:1rem!important}
.loud>h2{color:var(--unknown)}
.technique td:last-child{min-width:22rem}
.technique th .count{display:block;margin:.15rem 0 0}
.attempt{border:1px solid var(--line);border-radius:.4rem;padding:1.1rem 1.3rem;margin:1.1rem 0}
.attempt>h3{margin-top:0}
.witnesses{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:2.2rem}
@media (max-width:58rem){.witnesses{grid-template-columns:minmax(0,1fr);gap:1.2rem}}
pre{background:var(--panel);border:1px solid var(--line);border-radius:.3rem;padding:.6rem .8rem;margin:.25rem 0;font-size:.82rem;line-height:1.5;white-space:pre-wrap;overflow-wrap:anywhere;max-height:22rem;overflow-y:auto}
.exit{color:var(--soft);font-size:.9rem}
.reading ul{margin:0;padding:0;list-style:none}
.reading li+li{margin-top:.4rem}
.reading tr>th{width:12rem}
.parameters{color:var(--soft)}
figure{margin:1.4rem 0;overflow-x:auto}
.drawing{display:block;height:auto}
.drawing:not(.network){width:100%;min-width:52rem}
.drawing text{font-size:11px;fill:var(--ink)}
.drawing .lane{font-size:12.5px;font-weight:600}
.drawing .at{font-weight:600}
.drawing .route{fill:var(--link)}
.drawing .note{fill:var(--soft)}
.box{fill:var(--panel);stroke:var(--mute)}
.box.bad{fill:var(--fail-panel);stroke:var(--fail);stroke-width:2;stroke-dasharray:6 4}
.badge-dot{fill:var(--soft)}
.badge-dot.bad,.head.bad,.flag{fill:var(--fail)}
.drawing .badge-number,.drawing .flag-text{fill:var(--page);text-anchor:middle;font-weight:600}
.step{fill:none;stroke:var(--soft);stroke-width:1.6}
.step.bad{stroke:var(--fail);stroke-width:2.2;stroke-dasharray:6 4}
.head{fill:var(--soft)}
footer{color:var(--soft);font-size:.88rem;margin-top:4rem;padding-top:1.2rem;padding-bottom:2.5rem}
footer p{border-top:1px solid var(--line);padding-top:1.2rem}
@media (max-width:40rem){.verdict,.columns,footer{padding-left:1.1rem;padding-right:1.1rem}h1{font-size:2.2rem}.sentence{font-size:1.12rem}section.check{padding:1rem}.facts div{flex-direction:column;gap:0}.method{display:block}.method dd{margin:.1rem 0 .9rem}.facts dt,.attempt .facts dt{flex-basis:auto}.tiles{gap:.4rem 1.6rem}.field,.grow{flex:1 1 8rem;min-width:0}select{max-width:none}details.check>table th{width:40%}}
`;
