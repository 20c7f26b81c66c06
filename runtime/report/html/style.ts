/** Light, dark and paper; the same class gives a colour to a picture and to its legend. */
export const STYLE = `
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5c6670;--line:#d5dae0;--paper:#fff;--card:#f5f7f9;--pencil:#b8c0c8;
--p1:#5a87b0;--p2:#4b9c93;--p3:#8784bd;--p4:#7d9a5b;--p5:#6a9fca;--p6:#9a8fa6;
--down:#c4342d;--wait:#e0a21b;--change:#7a5230;--micro:#f2c230;--slow:#d9813b;--bad:#a02c6d;--pause:#dfe4e8;--hole:#9aa3ad;--plan:#b9c3cc;--good:#4f8f62}
@media screen and (prefers-color-scheme:dark){:root{--ink:#e4e8ec;--soft:#9aa5b0;--line:#333b44;--paper:#14181c;--card:#1c2228;--pencil:#4a545e;
--p1:#6f9fcb;--p2:#5db3a9;--p3:#a09dd6;--p4:#96b571;--p5:#84b6de;--p6:#b5a9c2;
--down:#e5534b;--wait:#e3b341;--change:#b58a5f;--micro:#f0d060;--slow:#e89552;--bad:#d4609f;--pause:#2b333b;--hole:#707a85;--plan:#4a555f;--good:#63ad79}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:960px;padding:1rem;color:var(--ink);background:var(--paper);font:15px/1.4 Helvetica,Arial,"Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
article+article{margin-top:3rem;border-top:3px solid var(--ink);padding-top:1rem}
h1{font-size:1.5rem;line-height:1.15;margin:0}h1 small{font-size:1rem;font-weight:400;color:var(--soft);margin-left:.5rem}
h2{font-size:.78rem;letter-spacing:.05em;text-transform:uppercase;color:var(--soft);margin:1.3rem 0 .35rem;font-weight:600}
h2 small{letter-spacing:0;text-transform:none;font-size:1em;font-weight:400}
p{margin:.25rem 0}ul{margin:.2rem 0;padding-left:1.1rem}
header .when{display:flex;flex-wrap:wrap;gap:.1rem 1rem;margin:.25rem 0}.when b{font-weight:600}
.state{border:1px solid currentColor;border-radius:1em;padding:0 .6em;font-size:.85em;color:var(--soft)}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;margin:0;font-size:.86rem;color:var(--soft)}.facts b{color:var(--ink);font-weight:600}.facts .alarm,.facts .alarm b{color:var(--down);font-weight:700}
.top{display:grid;grid-template-columns:1fr 16.5rem;gap:1.2rem;margin-top:.8rem;align-items:start}
.say p{font-size:1.02rem;margin:0 0 .45rem}.say .biggest{font-size:1.15rem;font-weight:650;border-left:.45rem solid var(--soft);padding:.15rem 0 .15rem .65rem}
.say .rest{color:var(--soft);font-size:.95rem}
.biggest.down{border-color:var(--down)}.biggest.wait{border-color:var(--wait)}.biggest.change{border-color:var(--change)}.biggest.micro{border-color:var(--micro)}.biggest.slow{border-color:var(--slow)}.biggest.bad{border-color:var(--bad)}
.oee{background:var(--card);border-radius:.5rem;padding:.6rem .8rem}.oee .value{font-size:2rem;font-weight:700;line-height:1.1}.oee dl{display:grid;grid-template-columns:1fr auto;margin:.35rem 0;gap:0 .6rem}.oee dt,.oee dd{margin:0;white-space:nowrap}.oee dd{text-align:right}
.oee .small{font-size:.78rem;color:var(--soft)}
.warn{border:1px solid var(--down);border-left-width:.45rem;border-radius:.25rem;padding:.35rem .7rem;margin-top:.8rem;font-size:.92rem}.warn ul{list-style:none;padding:0;margin:0}
table{border-collapse:collapse;width:100%;font-size:.92rem}th,td{text-align:left;padding:.18rem .6rem .18rem 0;border-bottom:1px solid var(--line);vertical-align:top}
thead th{font-size:.78rem;font-weight:400;color:var(--soft);white-space:nowrap;vertical-align:bottom}th.n,td.n{text-align:right;white-space:nowrap}td.t{white-space:nowrap}th:last-child,td:last-child{padding-right:0}
tr.run td{border-bottom-color:transparent;color:var(--soft);font-size:.95em}tr.this td{font-weight:700}
.fall th,.fall td{border:0;padding:.1rem .6rem .1rem 0;vertical-align:middle}.fall th{font-weight:400;white-space:nowrap;width:1%}.fall td:nth-child(2){width:100%}.fall td:nth-child(n+3),.fall thead th:nth-child(n+3){text-align:right;width:1%;white-space:nowrap}.fall td:last-child,.fall th:last-child{padding-right:0}
.fall .big th,.fall .big td{font-weight:700;font-size:1.06em}.bar{display:block;width:100%;height:1.15rem}.big .bar{height:1.5rem}
.hours{display:grid;grid-template-columns:auto 1fr auto;gap:2px .6rem;align-items:center;font-size:.88rem}.hours .n{text-align:right;white-space:nowrap}.hours .n i{color:var(--soft);font-style:normal}
.ticks{display:flex;font-size:.72rem;color:var(--soft)}.ticks span{flex:1}.strip{position:relative;height:1.25rem}.strip svg{position:absolute;width:100%;height:100%}
.strip span{position:absolute;top:0;height:100%;line-height:1.25rem;padding-left:.3em;font-size:.74rem;font-weight:600;overflow:hidden;white-space:nowrap;color:#fff}.strip .on-wait{color:#3a2a00}.strip .on-pause,.strip .on-hole{color:var(--soft)}.strip .on-hole{background:var(--paper);height:70%;top:15%;line-height:.9rem;width:auto!important;margin-left:.4em;padding:0 .3em}
.legend{display:flex;flex-wrap:wrap;gap:.1rem .9rem;font-size:.82rem;color:var(--soft);margin-top:.35rem}.swatch{width:.75em;height:.75em;margin-right:.35em;vertical-align:-.05em}
.chart{display:grid;grid-template-columns:1fr 7rem;margin-top:.9rem}.plot{position:relative;padding-bottom:1.1rem}.plot svg{display:block;width:100%;height:9rem;border-bottom:1px solid var(--soft);border-left:1px solid var(--line)}.plot span{position:absolute;bottom:0;font-size:.72rem;color:var(--soft);transform:translateX(-50%)}.plot span:first-of-type{transform:none}
.ends{position:relative;height:9rem;font-size:.78rem}.ends span{position:absolute;left:.4rem;transform:translateY(-50%);line-height:1.1;white-space:nowrap}.ends .above{transform:translateY(-100%)}.ends .below{transform:translateY(10%)}
path{fill:none;vector-effect:non-scaling-stroke}.grid{stroke:var(--line);stroke-width:1}.possible{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}.made{stroke-width:3;stroke-linejoin:round}
.spark{width:6rem;height:1.2rem;vertical-align:middle}.spark path{stroke:var(--soft);stroke-width:1.3}.spark circle{fill:var(--down)}.ten{width:100%;height:2rem}.ten path{stroke:var(--p1);stroke-width:1.5}.ten circle{fill:var(--p1)}
.pencil{width:28%;min-width:7rem}td.pencil{border-bottom:1px dashed var(--pencil)}
.two{display:grid;grid-template-columns:1fr 1fr;gap:0 2rem}.note{font-size:.85rem;color:var(--soft);list-style:none;padding:0}.fine{font-size:.76rem;line-height:1.35;color:var(--soft)}
.scroll{overflow-x:auto}
${["p1", "p2", "p3", "p4", "p5", "p6"].map((p) => `rect.${p}{fill:var(--${p})}path.${p}{stroke:var(--${p})}`).join("")}
${["down", "wait", "change", "micro", "slow", "bad", "pause", "plan", "good"].map((c) => `rect.${c}{fill:var(--${c})}`).join("")}rect.hole{fill:url(#hole)}#hole path{stroke:var(--hole);stroke-width:1.5;vector-effect:none}
@media (max-width:640px){body{padding:.7rem;font-size:14px}.top,.two{grid-template-columns:1fr}.w{display:none}.pencil{min-width:2.5rem;width:auto}td small{display:block;white-space:normal}td,th{padding-right:.45rem}table{font-size:.88rem}.hours{font-size:.82rem;gap:2px .4rem}.hours .ticks+.n{font-size:.68rem}.chart{grid-template-columns:1fr 5.8rem}.strip span{font-size:.66rem}.fall th{white-space:normal;width:32%}}
@page{size:A4;margin:8mm 11mm}
@media print{:root{color-scheme:light;font-size:8pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}body{font-size:8pt;max-width:none;padding:0;line-height:1.2}
article+article{break-before:page;border:0;margin:0;padding:0}h1{font-size:14pt}h2{margin:1.3mm 0 .3mm;font-size:6.4pt;break-after:avoid}tr,.chart,.hours,.fall,.two>*{break-inside:avoid}header .when{margin:.4mm 0}.top{margin-top:1.2mm;grid-template-columns:1fr 54mm;gap:4mm}.two{grid-template-columns:1fr 1fr;gap:0 6mm}
.say p{font-size:8.8pt;margin-bottom:.7mm}.say .biggest{font-size:10.5pt}.say .rest{font-size:8.2pt}.oee{padding:1.2mm 2.2mm}.oee .value{font-size:15pt}.oee dl{margin:.4mm 0}.oee .small{font-size:6.4pt}.warn{margin-top:1.2mm;padding:.6mm 2mm;font-size:7.8pt}
table{font-size:7.8pt}th,td{padding-top:.22mm;padding-bottom:.22mm}thead th{font-size:6.4pt}.fall th,.fall td{padding-top:.1mm;padding-bottom:.1mm}.bar{height:2.6mm}.big .bar{height:3.6mm}td.pencil{height:4.1mm}.two table{font-size:7.1pt}.two th,.two td{padding-top:0;padding-bottom:0}.spark{height:2.6mm}.ten{height:3mm}.two ul{margin:.4mm 0}
.hours{font-size:7.4pt;gap:.3mm 2mm}.strip{height:3.3mm}.strip span{font-size:6.2pt;line-height:3.3mm}.chart{margin-top:1.2mm;grid-template-columns:1fr 22mm}.plot{padding-bottom:3mm}.plot svg,.ends{height:17mm}.w{display:table-cell}.legend{margin-top:.5mm;font-size:6.8pt}.fine{font-size:5.7pt;line-height:1.14}.fine h2{margin-top:1mm}.note{font-size:6.8pt}.note li{display:inline}.note li+li::before{content:" · "}.facts{font-size:7.4pt}.scroll{overflow:visible}}
`.replaceAll("\n", "");
