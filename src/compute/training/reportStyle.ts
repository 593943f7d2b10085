// How a report's page looks: a paper's supplement, on a screen in light or dark and on A4. Fonts are the reader's own, as nothing is loaded.

export const REPORT_STYLE = `
:root{color-scheme:light dark;--ink:#1a1a1a;--soft:#5a5a5a;--thin:#d4d4d4;--paper:#fff;--tint:#f5f5f3;--warn:#8a4500;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b0518b;--c4:#b37d00;--c5:#3187b8;--c6:#555}
@media (prefers-color-scheme:dark){:root{--ink:#e6e6e6;--soft:#a3a3a3;--thin:#444;--paper:#171717;--tint:#212121;--warn:#f0b060;--c0:#56b4e9;--c1:#ff8a3c;--c2:#2fc79a;--c3:#e39ac3;--c4:#e69f00;--c5:#9ad4f5;--c6:#aaa}}
*{box-sizing:border-box}
body{font:15px/1.5 Georgia,'Times New Roman',serif;color:var(--ink);background:var(--paper);max-width:58rem;margin:2.5rem auto;padding:0 1.5rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .2rem}
h2{font-size:1.15rem;margin:2.4rem 0 .4rem;padding-top:.5rem;border-top:1px solid var(--thin)}
h3{font-size:1rem;margin:1.4rem 0 .2rem}
p{margin:.5rem 0;max-width:46rem}
.by,.note{color:var(--soft)}.note{font-size:13px}
.lead{font-size:1.1rem}
.warnings{margin:.4rem 0;padding:.6rem .8rem .6rem 1.8rem;background:var(--tint);border-left:3px solid var(--warn)}
.warnings li{margin:.25rem 0}
.plain{padding-left:1.2rem;color:var(--soft);font-size:13px}
.wide{overflow-x:auto;margin:.8rem 0}
table{border-collapse:collapse;font:12.5px/1.35 system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-variant-numeric:tabular-nums;min-width:min(100%,24rem)}
caption{text-align:left;padding:0 0 .4rem;color:var(--soft);font:italic 13.5px/1.4 Georgia,'Times New Roman',serif;max-width:46rem}
th,td{padding:.22rem .5rem;text-align:right;vertical-align:top;font-weight:400}
thead th{vertical-align:bottom;font-weight:600;border-top:1.5px solid var(--ink);border-bottom:1px solid var(--ink)}
tbody th,thead th:first-child,.text{text-align:left}
tbody th{white-space:nowrap}
tbody tr:last-child>*{border-bottom:1.5px solid var(--ink)}
tr.mean>*{border-top:1px solid var(--soft);font-weight:600}
td small,th small{display:block;color:var(--soft);font-size:10.5px;font-weight:400;white-space:nowrap}
figure{margin:1rem 0}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:.5rem 1.5rem}
.charts figure{margin:.3rem 0}
figcaption{font:italic 13px/1.4 Georgia,'Times New Roman',serif;color:var(--soft)}
svg{width:100%;height:auto;display:block;font-family:system-ui,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;fill:var(--ink)}
svg .grid{stroke:var(--thin)}svg .soft{fill:var(--soft)}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;padding:0;margin:.3rem 0;font:12px system-ui,sans-serif;color:var(--soft)}
.key svg{width:26px;display:inline-block;vertical-align:middle;margin-right:.3rem}
.methods{background:var(--tint);padding:.8rem 1rem;user-select:all;max-width:none}
@media print{
:root{--ink:#000;--soft:#444;--thin:#ccc;--paper:#fff;--tint:#f5f5f3;--warn:#8a4500;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b0518b;--c4:#b37d00;--c5:#3187b8;--c6:#555}
@page{size:A4;margin:16mm 14mm}
body{margin:0;padding:0;max-width:none;font-size:10.5pt}
.wide{overflow:visible}table{font-size:8pt}th,td{padding:.12rem .28rem}td small,th small{font-size:6.5pt}
.charts{grid-template-columns:1fr 1fr}
h2,h3{break-after:avoid}tr,figure{break-inside:avoid}thead{display:table-header-group}
}
`
