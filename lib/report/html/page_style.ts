/**
 * The style of every page: system fonts, light and dark, phone and print.
 *
 * @module
 */
import { NARROW_LETTERS } from "../charts/narrow_chart.ts";
import { type Colour, darkPalette, palette } from "../charts/palette.ts";

const variables = (colours: Record<Colour, string>) =>
  Object.entries(colours).map(([name, value]) => `--${name}:${value};`).join("");

/** The colours of every page as variables, light and dark. */
export const pageColours = `
:root{color-scheme:light dark;${variables(palette)}
--page:#f6f7f9;--card:#fff;--line:#dfe3e8;--soft:#eef0f4;--good:#1f7a4d;--goodsoft:#e3f4ea;--badsoft:#fde8ef;--bad:#b02155}
@media (prefers-color-scheme:dark){:root{${variables(darkPalette)}
--page:#14171b;--card:#1d2126;--line:#343a42;--soft:#272c33;--good:#7bd8a6;--goodsoft:#17352a;--badsoft:#43202e;--bad:#ffa8c5}}
`;

/** The page's style sheet. */
export const pageStyle = `${pageColours}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth;scroll-padding-top:3.5rem}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
main,header.top>div,nav>ul,footer>div{max-width:72rem;margin:0 auto;padding-left:1.25rem;padding-right:1.25rem}
a{color:var(--sponsored)}
h1,h2,h3{line-height:1.25;margin:0;text-wrap:balance}
h1{font-size:clamp(1.5rem,1.1rem + 1.9vw,2.25rem);font-weight:700;letter-spacing:-.015em;max-width:24em}
.whole{white-space:nowrap}
h2{font-size:1.375rem;font-weight:650;letter-spacing:-.01em;margin-bottom:.25rem}
h2+.grid,h2+.facts,h2+.card{margin-top:.75rem}section .verdicts{margin-bottom:1rem}
h3{font-size:1rem;font-weight:600}
p{margin:0}
.top{background:var(--card);padding:2.25rem 0 1.75rem}
.eyebrow{color:var(--muted);font-size:.875rem;margin-bottom:.5rem}
.eyebrow b{color:var(--ink);font-weight:600}
.verdicts{list-style:none;display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0 0;padding:0}
.verdicts li{padding:.3rem .75rem .3rem .6rem;border-radius:.5rem;font-size:.9375rem;background:var(--soft)}
.verdicts .good{background:var(--goodsoft);color:var(--good)}
.verdicts .bad{background:var(--badsoft);color:var(--bad)}
nav{position:sticky;top:0;z-index:5;background:var(--card);border-bottom:1px solid var(--line)}
nav>ul{list-style:none;display:flex;gap:1.5rem;margin-top:0;margin-bottom:0;overflow-x:auto;scrollbar-width:none}
nav a{display:block;padding:.7rem 0;color:var(--muted);text-decoration:none;font-size:.9375rem;white-space:nowrap}
nav a:hover{color:var(--ink)}
:focus-visible{outline:2px solid var(--sponsored);outline-offset:2px;border-radius:3px}
section{padding-top:2.5rem}
.lede{color:var(--muted);max-width:46rem;margin-bottom:1rem}
.tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.75rem;margin:1.5rem 0 0;padding:0}
.tile,.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem}
.tile{padding:.875rem 1rem;min-width:0;overflow-wrap:anywhere;container-type:inline-size}
.tile dt{color:var(--muted);font-size:.875rem}
.tile dd{margin:0}
.tile .n{font-size:min(var(--largest,1.5rem),calc(100cqi/var(--characters,1)/.7));font-weight:650;letter-spacing:-.02em;line-height:1.3}
.tile .more{color:var(--muted);font-size:.8125rem;line-height:1.35}
.grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem;margin-bottom:1rem}
.card{padding:1.125rem 1.25rem;margin:0 0 1rem;min-width:0}
.grid:empty{display:none}.grid>.card{margin:0}
@media (min-width:60rem){.grid>figure:last-child:nth-child(odd){grid-column:1/-1;display:grid;grid-template:auto auto 1fr/minmax(14rem,1fr) 2fr;column-gap:2rem}
.grid>figure:last-child:nth-child(odd) svg{grid-area:1/2/4/3;max-width:34rem;justify-self:center}}
figure.card figcaption{overflow-wrap:anywhere;color:var(--muted);font-size:.875rem;margin:.25rem 0 .75rem}
figure.card{container-type:inline-size}
figure svg{display:block;width:100%;height:auto;max-width:40rem;overflow:visible}
figure svg.narrow{display:none;max-width:22rem}figure svg.narrow text{font-size:${NARROW_LETTERS}px}
@container (max-width:27.5rem){figure svg.wide{display:none}figure svg.narrow{display:block}}
details{margin-top:.625rem;font-size:.875rem}
summary{cursor:pointer;color:var(--muted);width:fit-content}
summary:hover{color:var(--ink)}
.bar{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center;justify-content:space-between;margin-bottom:.75rem}
.bar .tools{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;font-size:.875rem;color:var(--muted)}
input[type=search]{font:inherit;font-size:.9375rem;color:var(--ink);background:var(--page);border:1px solid var(--neutral);border-radius:.5rem;padding:.375rem .75rem;width:15rem;max-width:100%}
button{font:inherit;color:inherit;cursor:pointer}
button.copy{background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.25rem .75rem;font-size:.875rem}
.scroll{overflow:auto;max-height:30rem;border:1px solid var(--line);border-radius:.5rem}
details .scroll{max-height:16rem;margin-top:.5rem;width:fit-content;max-width:100%}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem}
th,td{padding:.4375rem .75rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
tbody tr:last-child>*{border-bottom:0}
thead th{white-space:normal;position:sticky;top:0;background:var(--soft);font-weight:600;z-index:1;vertical-align:bottom}
tbody th{font-weight:500;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem}
tbody th{max-width:14rem;white-space:normal;overflow-wrap:anywhere;unicode-bidi:plaintext}
tbody th.short{white-space:nowrap;overflow-wrap:break-word}tbody th[title]{min-width:12.25rem}
@media (min-width:60rem){.roomy tbody th,.roomy td.text{max-width:23rem}.tight th,.tight td{padding-left:.5rem;padding-right:.5rem}.tight tbody th[title]:has(~td.text){min-width:9rem}}
td.n,th.n{text-align:right}
tbody th.text{font-family:inherit;font-size:inherit;overflow-wrap:break-word}
td.text{white-space:normal;overflow-wrap:break-word;max-width:16rem}
.below{display:block;color:var(--muted)}
td.words{white-space:normal;min-width:18rem;max-width:30rem}
tbody tr:hover>*{background:var(--soft)}
th button{all:unset;cursor:pointer;display:inline-flex;gap:.3rem;align-items:baseline}
th button:focus-visible{outline:2px solid var(--sponsored);outline-offset:2px;border-radius:2px}
th button::after{content:"↕";content:"↕"/"";color:var(--muted);opacity:.6;font-weight:400}
th[aria-sort=ascending] button::after{content:"↑";content:"↑"/"";opacity:1;color:var(--ink)}
th[aria-sort=descending] button::after{content:"↓";content:"↓"/"";opacity:1;color:var(--ink)}
.tag{display:inline-block;white-space:nowrap;max-width:100%;overflow:hidden;text-overflow:ellipsis;vertical-align:bottom;padding:0 .5rem;border-radius:1rem;font-size:.8125rem;background:var(--soft)}
.tag::before{content:"";display:inline-block;width:.55rem;height:.55rem;border-radius:50%;margin-right:.375rem;background:var(--neutral)}
.tag.sponsored::before{background:var(--sponsored)}
.tag.unsponsored::before{background:var(--unsponsored)}
.tag.bad{background:var(--badsoft);color:var(--bad)}
.tag.bad::before{background:var(--missed)}
.tag.good::before{background:var(--good)}
pre{margin:.5rem 0 0;padding:.75rem;background:var(--soft);border-radius:.5rem;overflow:auto;max-height:14rem;font-size:.8125rem;line-height:1.45}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,20rem),1fr));gap:1rem;align-items:start}
.facts ul{margin:.5rem 0 0;padding-left:1.15rem}.facts>ul:first-child{margin-top:0}
.facts dl+h3{margin-top:1rem}.facts dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;margin:.5rem 0 0;font-size:.9375rem}
.facts li{overflow-wrap:anywhere}
.facts dt{color:var(--muted)}
.facts dd{margin:0;overflow-wrap:anywhere}
.none,.why,.printed{color:var(--muted)}.scroll~.none{margin:.625rem 0 0}.why{font-size:1.0625rem;margin:.25rem 0 0}.printed{display:none}
footer{color:var(--muted);font-size:.875rem;padding:2rem 0 3rem}
.tip{position:fixed;z-index:9;pointer-events:none;background:var(--ink);color:var(--card);font-size:.8125rem;line-height:1.35;padding:.35rem .6rem;border-radius:.375rem;max-width:20rem}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:40rem){body{font-size:15px}.top{padding:1.5rem 0 1.25rem}.tiles{grid-template-columns:repeat(2,minmax(0,1fr));gap:.5rem}.tile .n{--largest:1.25rem}
.card{padding:1rem}input[type=search]{width:100%}.bar .tools{width:100%}section{padding-top:2rem}thead th{white-space:nowrap}td.text:last-child{min-width:14rem}tbody th,tbody th.short,tbody th[title]{min-width:0;max-width:7.5rem;white-space:normal;position:sticky;left:0;background:var(--card);line-height:1.25rem}tbody th:has(>.tag){max-width:none}thead th:first-child{left:0;z-index:2}nav>ul{gap:1.125rem}}
@page{margin:14mm}@media print{:root{color-scheme:light;${
  variables(palette)
}--page:#fff;--card:#fff;--line:#ccd1d7;--soft:#f3f4f6;--good:#1f7a4d;--goodsoft:#fff;--bad:#b02155;--badsoft:#fff}
body{font-size:9pt;line-height:1.35}nav,.bar .tools,button.copy,.tip,.screen{display:none!important}main,header.top>div{max-width:none;padding:0}.scroll{max-height:none;overflow:visible;border:0}
main{display:flex;flex-direction:column}section{display:contents}section>*{order:1}section>h2{margin-top:.9rem}section>.long{order:2}section:not(:has(>:not(h2,.long)))>h2{display:none}
.top{padding:0}h1{font-size:17pt}h2{font-size:12.5pt}h3{font-size:9.5pt}.eyebrow{margin:0}.why{font-size:10pt}.verdicts{margin-top:.4rem;gap:.25rem}.verdicts li{padding:0 .75rem 0 0;font-size:9pt}
.tiles{grid-template-columns:repeat(4,1fr);gap:.4rem;margin-top:.6rem}.tile{padding:.3rem .6rem;border-radius:.3rem}.tile .n{--largest:12pt}.tile dt,.tile .more{font-size:7.5pt}.lede{font-size:9pt;margin-bottom:.4rem;max-width:none;break-after:avoid}
.grid{grid-template-columns:repeat(3,1fr);gap:.4rem;margin-bottom:.4rem}.grid>*{grid-column:auto}.card{padding:.5rem .6rem;margin-bottom:.4rem;border-radius:.3rem}figure.card figcaption{font-size:7.5pt;line-height:1.25;margin:.1rem 0 .3rem}figure svg{max-height:50mm}main,header.top>div{padding-right:1px!important}.facts{gap:.4rem;font-size:8pt}div.facts:not(.card){grid-template-columns:repeat(3,1fr)}.facts .card{font-size:8pt}.facts dl{font-size:8pt}
thead th{position:static}thead th::before{content:attr(data-title)}th button{display:none}td.n{white-space:nowrap!important}tr,.card,figure,.tile{break-inside:avoid}.card.long{break-inside:auto;padding:0;border:0;margin-top:.8rem}.bar,thead{break-inside:avoid;break-after:avoid}.tag{padding:0;background:none;font-size:inherit}table{font-size:8pt}th,td{white-space:normal;padding:.1rem .35rem}tbody th{max-width:none;font-size:7pt}tbody th[title]{min-width:25ch;max-width:none}tbody th.text{font-size:8pt}td.words,td.text{min-width:0;overflow-wrap:anywhere}h2{break-after:avoid}table.sortable tbody tr:nth-child(n+21){display:none}.printed{display:block;font-size:8pt}thead{display:table-header-group}tbody tr:first-child,tbody tr:last-child{break-before:avoid}details:not([open]){display:none}footer{display:none}}
@media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
`.replaceAll(/\n/g, "");
