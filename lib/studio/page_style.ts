/**
 * The style of the studio's page, in the colours of every page.
 *
 * @module
 */
import { NARROW_LETTERS } from "../report/charts/narrow_chart.ts";
import { pageColours } from "../report/html/page_style.ts";

/** The page's style sheet. */
export const studioStyle = `${pageColours}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;overflow-wrap:anywhere;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;font-variant-numeric:tabular-nums}
.boot{padding:2rem}
h1,h2,h3,h4,p,dl,dd,ul,ol,figure{margin:0}
h1{font-size:clamp(1.125rem,.9rem + 1vw,1.5rem);line-height:1.3;font-weight:650;letter-spacing:-.01em;text-wrap:pretty;max-width:62rem}
h2{font-size:1rem;font-weight:650}
h3{font-size:.9375rem;font-weight:650;margin:1rem 0 .375rem}
h4{font-size:.8125rem;font-weight:600}
ul,ol{padding-left:1.2rem}
:focus-visible{outline:2px solid var(--sponsored);outline-offset:2px;border-radius:3px}
button{font:inherit;font-size:.875rem;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:.5rem;padding:.25rem .75rem;cursor:pointer;white-space:nowrap}
button:hover:not(:disabled){border-color:var(--neutral)}
button:disabled{color:var(--muted);cursor:default;background:none}
button.main{background:var(--ink);color:var(--card);border-color:var(--ink)}
button.main:disabled{background:var(--soft);color:var(--muted);border-color:var(--line)}
button.link{all:unset;color:var(--sponsored);text-decoration:underline;cursor:pointer}
button.link:focus-visible,button.name:focus-visible,th button:focus-visible{outline:2px solid var(--sponsored);outline-offset:2px;border-radius:2px}
button.name{all:unset;cursor:pointer;text-decoration:underline;text-decoration-color:var(--line);text-underline-offset:3px}
tbody th>button.name{display:block;overflow:hidden;text-overflow:ellipsis;width:fit-content;max-width:100%}button.name:hover,button.name.on{text-decoration-color:currentColor}
input,select{font:inherit;font-size:.875rem;color:var(--ink);background:var(--page);border:1px solid var(--neutral);border-radius:.375rem;padding:.2rem .4rem}
input[type=search]{width:15rem;max-width:100%;padding:.3rem .65rem}
input[type=range]{accent-color:var(--sponsored);padding:0;border:0;background:none;height:1.5rem;margin:0;min-width:4rem;flex:1}
input[type=checkbox]{vertical-align:middle;width:1rem;height:1rem;accent-color:var(--sponsored);margin:0}
.top{background:var(--card);border-bottom:1px solid var(--line);padding:.75rem 1.25rem .5rem}
.line{display:flex;justify-content:space-between;gap:1rem;align-items:center;margin-bottom:.25rem}
.eyebrow{color:var(--muted);font-size:.8125rem}.eyebrow b{color:var(--ink);font-weight:600}
.moves{display:flex;gap:.375rem}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.5rem;margin:.75rem 0 .5rem}
.tile{border:1px solid var(--line);border-radius:.5rem;padding:.375rem .75rem;min-width:0}
.tile dt{color:var(--muted);font-size:.8125rem}
.tile .n{font-size:1.1875rem;font-weight:650;letter-spacing:-.01em}
.change{color:var(--muted);font-size:.8125rem;white-space:nowrap}
.more{display:block;color:var(--muted);font-size:.75rem;line-height:1.35}
.more.good{color:var(--good)}.more.bad{color:var(--bad)}
.solving{display:flex;gap:.75rem;align-items:center;min-height:1.5rem;color:var(--muted);font-size:.8125rem}
progress{width:9rem;height:.5rem;accent-color:var(--sponsored)}
.stale td.n,.stale .n{color:var(--muted)}
.notice{background:var(--badsoft);color:var(--bad);border-radius:.5rem;padding:.5rem .75rem;margin:.25rem 0;font-size:.9375rem}
.notice button{margin-left:.5rem}
.body{display:grid;grid-template-columns:21rem minmax(0,1fr);gap:1rem;padding:1rem 1.25rem 3rem;align-items:start}
aside{display:grid;gap:.75rem}
.card{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:.75rem 1rem;min-width:0}
.none,.lede{color:var(--muted);font-size:.875rem}.lede{margin:.25rem 0 .75rem;max-width:46rem}
.words{margin:.375rem 0 .5rem;font-size:.875rem}
.undone{color:var(--muted);text-decoration:line-through}
details{font-size:.875rem}summary{cursor:pointer;color:var(--muted)}summary h2{display:inline;color:var(--ink)}
.controls .row{display:block;margin-top:.5rem;font-size:.875rem}
.controls .row>span:first-child{display:block}
.controls select{width:100%}
.slider{display:flex;gap:.5rem;align-items:center;width:100%}
.typed{position:relative;display:inline-flex;align-items:center;flex:none}
.typed input{width:5rem;text-align:right;padding-right:1.25rem}
.typed input::-webkit-inner-spin-button{display:none}.typed input{appearance:textfield}
.typed i{position:absolute;right:.4rem;font-style:normal;color:var(--muted);font-size:.8125rem;pointer-events:none}
.slider.changed .typed input,.rule.changed input,.rule.changed select{border-color:var(--sponsored);box-shadow:inset 0 0 0 1px var(--sponsored)}
.rule{display:grid;grid-template-columns:1fr auto;gap:.5rem;align-items:center;padding:.375rem 0;border-bottom:1px solid var(--line)}
.rule:last-child{border:0}
.rule small{display:block;color:var(--muted);font-size:.75rem;line-height:1.3}
.rule input[type=text]{width:6rem;text-align:right}.controls .rule select{width:7.5rem}
.tabs{display:flex;gap:.125rem;overflow-x:auto;scrollbar-width:none;padding:2px}
.tabs button{background:none;border:0;border-bottom:2px solid transparent;border-radius:0;padding:.375rem .75rem;color:var(--muted);font-size:.9375rem}
.tabs button[aria-selected=true]{color:var(--ink);border-bottom-color:var(--sponsored);font-weight:600}
main>.card{margin-top:.375rem}
.bar{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center;margin-bottom:.5rem;font-size:.875rem;color:var(--muted)}
.bulk{display:flex;flex-wrap:wrap;gap:.375rem;align-items:center;margin-left:auto}
.scroll{overflow:auto;max-height:min(70vh,46rem);border:1px solid var(--line);border-radius:.5rem;scroll-padding-top:2.75rem}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.8125rem}
th,td{padding:0 .625rem;height:40px;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
td.gap{padding:0;border:0}
thead th{position:sticky;top:0;background:var(--soft);font-weight:600;z-index:2}
th button{all:unset;cursor:pointer}
thead th button::after{content:" ↕"/"";color:var(--muted);opacity:.6;font-weight:400}
thead th[aria-sort=ascending] button::after{content:" ↑"/"";opacity:1;color:var(--ink)}
thead th[aria-sort=descending] button::after{content:" ↓"/"";opacity:1;color:var(--ink)}
tbody th{font-weight:500;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem;max-width:16rem;overflow:hidden;text-overflow:ellipsis;position:sticky;left:0;background:var(--card);z-index:1;unicode-bidi:plaintext}
tbody th.words{white-space:normal;max-width:24rem;min-width:11rem;padding-block:.5rem;line-height:1.25rem;font-family:inherit;overflow-wrap:anywhere}
tbody td{max-width:14rem;overflow:hidden;text-overflow:ellipsis}
th small{display:block;font-family:system-ui,sans-serif;color:var(--muted);font-size:.75rem;line-height:1.2;overflow:hidden;text-overflow:ellipsis}
h2 small{display:block;font-weight:400;color:var(--muted);font-size:.8125rem}
td.n,th.n{text-align:right}
.wide{min-width:15rem}td.wide{max-width:none}
.pick{width:2.25rem;padding-right:0}
tbody tr:hover>*,tbody tr.picked>*{background:var(--soft)}
.tag{display:inline-block;max-width:100%;padding:0 .5rem;border-radius:1rem;font-size:.8125rem;background:var(--soft)}
.tag::before{content:"";display:inline-block;width:.5rem;height:.5rem;border-radius:50%;margin-right:.375rem;background:var(--neutral)}
.tag.sponsored::before{background:var(--sponsored)}.tag.unsponsored::before{background:var(--unsponsored)}
.tag.bad{background:var(--badsoft);color:var(--bad)}.tag.bad::before{background:var(--missed)}
.tag.good{background:var(--goodsoft);color:var(--good)}.tag.good::before{background:var(--good)}
.found{list-style:none;display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;margin-bottom:.5rem;font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.8125rem}
.levers thead th{white-space:normal;padding-block:.375rem}
.pins{display:inline-flex;gap:.25rem}.pins button{padding:.1rem .5rem;font-size:.8125rem}
.pins button[aria-pressed=true]{border-color:var(--sponsored);box-shadow:inset 0 0 0 1px var(--sponsored);font-weight:600}
.held>*{color:var(--muted)}
.curve{margin-bottom:1rem;container-type:inline-size}.curve figcaption{color:var(--muted);font-size:.875rem}
.curve svg{display:block;width:100%;height:auto;max-width:30rem;overflow:visible;font-family:inherit}
.curve svg text{font-size:12px}.curve svg.wide{min-width:0}
.curve svg.narrow{display:none;max-width:22rem}.curve svg.narrow text{font-size:${NARROW_LETTERS}px}
@container (max-width:27.5rem){.curve svg.wide{display:none}.curve svg.narrow{display:block}}
.saves ul{list-style:none;padding:0;display:grid;gap:.5rem}
.saves li{display:grid;grid-template-columns:13rem 1fr;gap:.75rem;align-items:center;font-size:.875rem;color:var(--muted)}
.command{position:relative;margin-bottom:.75rem}.command>button{position:absolute;right:.5rem;top:1.75rem}
pre{margin:.25rem 0 0;padding:.75rem;background:var(--soft);border-radius:.5rem;overflow:auto;font-size:.8125rem;line-height:1.5}
dialog{border:1px solid var(--line);border-radius:.75rem;background:var(--card);color:var(--ink);padding:1rem 1.25rem;max-width:min(46rem,calc(100vw - 2rem));max-height:85vh;overflow:auto}
dialog::backdrop{background:rgb(0 0 0/.4)}
dialog form{display:flex;justify-content:space-between;gap:1rem;align-items:start;margin-bottom:.5rem}
dialog th,dialog td{height:1.9rem}dialog tbody th{position:static}
.pairs{display:grid;grid-template-columns:1fr auto;gap:.125rem 2rem;font-size:.875rem}.pairs dt{color:var(--muted)}.pairs dd{text-align:right}
.notes{margin-top:.75rem}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:64rem){.body{grid-template-columns:minmax(0,1fr);padding:.75rem}.top{padding:.75rem}}
@media (max-width:40rem){.tabs{flex-wrap:wrap}.tiles{grid-template-columns:repeat(2,minmax(0,1fr))}.bulk{margin-left:0}input[type=search]{width:100%}tbody th{max-width:8.25rem}.saves li{grid-template-columns:1fr;gap:.125rem}.wide{min-width:13rem}.scroll{max-height:70vh}.typed input{width:4.5rem}}
@media (prefers-reduced-motion:no-preference){.tile,.tabs button{transition:color .1s}}
`;
