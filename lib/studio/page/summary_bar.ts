/**
 * The top of the page: the result in one sentence, its figures, and how far solving is.
 *
 * @module
 */
import { count, counted, figure, figureUp, percent, someOf } from "../../report/words.ts";
import { gapInShort } from "../../report/proof_words.ts";
import { modelUnder } from "./effective.ts";
import { difference, differenceInPercent } from "./figures.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";
import type { StudioRow } from "../session/messages.ts";

/** The headline and what stands around it. */
export function SummaryBar({ store, shown }: { store: Store; shown: Shown }) {
  const { drop, result, state } = shown;
  return html`
    <header class="top">
      <div class="line">
        <p class="eyebrow">Divvy studio · <b>${drop.title}</b> · ${counted(
          drop.users,
          "user",
        )}, ${counted(drop.pairs, "pair")}, model ${modelUnder(state.change, drop)}</p>
        <div class="moves">
          <button type="button" disabled=${state.at === 0} onClick=${() => store.undo()}
            title="Ctrl+Z">Undo</button>
          <button type="button" disabled=${state.at === state.steps.length}
            onClick=${() => store.redo()} title="Ctrl+Y">Redo</button>
        </div>
      </div>
      <h1>${result === null
        ? "Solving the drop as it is …"
        : `${percent(result.totals.fill_rate)} of slots are filled. ${result.headline.why}`}</h1>
      ${result && html`<${Tiles} shown=${shown} stale=${store.stale} />`}
      <${Solving} store=${store} shown=${shown} />
    </header>
  `;
}

/** A figure with its name, its change against the drop as it is, and a few words below; `good` colours these. */
function tile(name: string, value: string, change: string, more: string, good?: boolean) {
  const kind = good === undefined ? "more" : good ? "more good" : "more bad";
  return html`
    <div class="tile">
      <dt>${name}</dt>
      <dd><span class="n">${value}</span> ${change &&
        html`<span class="change">${change}</span>`}<span class=${kind}>${more}</span></dd>
    </div>
  `;
}

/** Figures of the result, each beside what it is for the drop as it is. */
function Tiles({ shown, stale }: { shown: Shown; stale: boolean }) {
  const { row } = shown.result!;
  const { leasts_without_pairs: leasts = 0 } = row;
  const base = shown.rows.find(({ key }) => key === "{}") ?? row;
  return html`
    <dl class=${stale ? "tiles stale" : "tiles"}>
      ${tile(
        "Σ score",
        figure(row.score, 7),
        differenceInPercent(row.score, base.score),
        `objective ${figure(row.objective, 7)}`,
      )}
      ${tile(
        "Slots filled",
        percent(row.fill_rate),
        difference(100 * row.fill_rate, 100 * base.fill_rate, 3),
        counted(row.assignments, "offer"),
      )}
      ${tile(
        "Sponsored users",
        count(row.sponsored_users),
        difference(row.sponsored_users, base.sponsored_users),
        `${percent(row.sponsored_user_share)} of users`,
      )}
      ${minimaTile(shown, base)}
      ${row.limits_missed !== undefined &&
        tile(
          "Limits",
          row.limits_missed === 0 ? "kept" : `${count(row.limits_missed)} missed`,
          "",
          [
            row.limits_cost ? `costs ${figure(row.limits_cost, 4)}` : "",
            leasts === 0 ? "" : `${counted(leasts, "least")} without an eligible pair`,
          ].filter((part) => part !== "").join("; "),
          row.limits_missed === 0 && leasts === 0,
        )}
      ${tile(
        "Without an offer",
        count(row.users_without_offers),
        difference(row.users_without_offers, base.users_without_offers),
        "users",
      )}
      ${tile("Gap to the bound", gapInShort(row.gap), "", "proven")}
    </dl>
  `;
}

/** How many users minima lack; a model that asks for none only counts them. */
function minimaTile({ drop, result }: Shown, base: StudioRow) {
  const { totals, row } = result!, { groups_with_minimum: all, groups_missed: missed } = totals;
  const change = difference(row.shortfall, base.shortfall);
  if (all === 0) return tile("Minima", "none", change, "no group has one");
  if (missed === 0) return tile("Minima", "met", change, counted(all, "group"), true);
  const isAsked = modelUnder(row.change, drop) === "uniform";
  return tile(
    "Minima",
    `${count(totals.shortfall)} missing`,
    change,
    `${someOf(missed, all, "minimum", "minima")} missed${isAsked ? "" : ", not asked for"}`,
    isAsked ? false : undefined,
  );
}

/** The state of solving: an early bound, progress, or what went wrong. */
function Solving({ store, shown }: { store: Store; shown: Shown }) {
  const { bound, state, progress, result, fault, gone } = shown;
  const solving = !gone && (store.stale || progress !== null);
  const known = bound !== null && bound.version === state.version && store.stale;
  const text = !solving
    ? result === null
      ? ""
      : `Solved in ${result.row.seconds.toFixed(2)} s. ${result.headline.proof}`
    : `${known ? unfinishedInWords(shown) : ""}${phaseInWords(progress?.phase)} …${
      waitsInWords(shown)
    }`;
  return html`
    <div class="solving">
      ${solving
        ? html`
          <progress aria-label="solving" max="1" value=${progress?.done}></progress>
          <button type="button" onClick=${() => store.stop()}
            title="Ends the solve with the best allocation so far">Stop</button>
        `
        : result?.row.timed_out && !gone && html`
          <button type="button" onClick=${() => store.solveOn()}
            title="Solves to the end what was stopped. What started from it is forgotten.">Solve on</button>
        `}
      <p role="status">${text}</p>
    </div>
    ${gone &&
      html`<p class="notice" role="alert"><b>The studio was stopped.</b> What you see is its last result;
      nothing more is solved or saved until it runs again. Start <code>divvy studio</code> in the terminal, and open the
      address that it prints.</p>`}
    ${fault && html`
      <p class="notice"
        role="alert">${fault} <button type="button" onClick=${() =>
          store.tell("")}>Close</button></p>
    `}
  `;
}

/** That a change waits for the drop as it is, from whose prices every state is solved; "" where it does not. */
function waitsInWords({ state, rows }: Shown): string {
  return state.version === 0 || rows.some(({ key }) => key === "{}")
    ? ""
    : " The drop as it is comes first, as changes start from its prices; Stop ends that.";
}

/** What is known of a state that is still being solved: its result so far, or first a bound. */
function unfinishedInWords({ result, bound, state }: Shown): string {
  return result !== null && result.preliminary && result.version === state.version
    ? `What is shown is within ${gapInShort(result.row.gap)} of the best. `
    : `The objective can be at most ${figureUp(bound!.bound, 7)} (${Math.ceil(bound!.ms)} ms). `;
}

/** Phases of the solver, in words. */
const PHASES: Readonly<Record<string, string>> = {
  prices: "Finding prices",
  recovery: "Making the allocation",
  core: "Searching what is still undecided",
};

function phaseInWords(phase: string | undefined): string {
  return PHASES[phase ?? ""] ?? "Solving";
}
