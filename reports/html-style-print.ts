/** The style sheet for paper and PDF: black on white, what is violated or open in full, what holds in short. */
export const PRINT_STYLE = `
@page{size:A4;margin:16mm 15mm}
@media print{
:root{--page:#fff;--ink:#000;--soft:#444;--line:#c4c8cc;--panel:#f6f6f6;--link:#000;--fail:#a3120c;--fail-panel:#fff;--unknown:#6d4700;--unknown-panel:#fff;--pass:#0c5c29;--pass-panel:#fff;--waived:#54309a;--waived-panel:#fff;--mute:#777}
html{color-scheme:light;font-size:9.5pt}
body{font-size:9.5pt;line-height:1.45}
.verdict,.columns,footer{max-width:none;padding-left:0;padding-right:0}
.verdict{padding-top:4mm;padding-bottom:4mm}
.columns{display:block;padding-top:2mm}
nav,.skip,#filter,.scripted #filter{display:none}
h1{font-size:26pt}h2{font-size:14pt;margin-top:9mm}h3{font-size:11pt}
.facts{grid-template-columns:minmax(0,1fr)}
.facts dt{flex-basis:32mm}
.facts div{padding:.8mm 0}
.hops{font-size:7.5pt}.hops code{font-size:6.4pt}.hops th,.hops td{padding-right:2mm}
table{font-size:8.5pt}
pre{font-size:7.5pt}
th,td{padding:1.2mm 3mm 1.2mm 0}
.counts .n{width:auto}
.wide,figure{overflow:visible}
.technique td:last-child{min-width:0}
article,figure,tr,.tile,h2,h3,h4,.meta{break-inside:avoid}
article.attempt,section.check,.finding{break-inside:auto}
h2,h3,h4,h5,h6,.meta,.label,caption,thead{break-after:avoid}
pre{max-height:none}
.drawing:not(.network){min-width:0}
.drawing{max-height:195mm}
a{text-decoration:none}
section.check{content-visibility:visible}
section.check details::details-content{content-visibility:visible;block-size:auto}
tr:target,.finding:target,.attempt:target{background:none;box-shadow:none}
}
`;
