/// <reference lib="dom" />
/**
 * The list of changes, and the controls for many things at once.
 *
 * @module
 */
import { useState } from "../../deps/preact.ts";
import { limitCalled } from "../../report/words.ts";
import type { Change, StudioRule } from "../session/messages.ts";
import { asksForSponsored, own, typesOf, withEntry } from "./effective.ts";
import { html, valueIn } from "./markup.ts";
import { TypedField } from "./typed_field.ts";
import { Slider } from "./slider.ts";
import type { Shown, Store } from "./store.ts";

/** Everything about the state but its single groups and contracts. */
export function ChangesPanel({ store, shown }: { store: Store; shown: Shown }) {
  return html`
    <aside aria-label="Changes">
      <${ChangeList} store=${store} shown=${shown} />
      <${Factors} store=${store} shown=${shown} />
      <${Rules} store=${store} shown=${shown} />
    </aside>
  `;
}

/** What differs from the drop as it is, and the steps that led there. */
function ChangeList({ store, shown }: { store: Store; shown: Shown }) {
  const { state } = shown;
  return html`
    <section class="card">
      <h2>Changes</h2>
      ${state.words.length === 0 ? html`<p class="none">The drop is as it was read.</p>` : html`
        <ul class="words">${state.words.slice(0, 30).map((word) =>
          html`<li>${word}</li>`
        )}${state.words.length > 30 && html`<li>and ${state.words.length - 30} more</li>`}</ul>
        <button type="button" onClick=${() => store.edit({})}>All as it was</button>
      `}
      ${state.steps.length > 0 && html`
        <details>
          <summary>Steps: ${state.at} of ${state.steps.length}</summary>
          <ol>${state.steps.map((step, i) =>
            html`<li class=${i < state.at ? "" : "undone"}>${step}</li>`
          )}</ol>
        </details>
      `}
    </section>
  `;
}

/** Most limits that have a slider each; of more one is chosen. */
const FEW_LIMITS = 6;

/** Factors of ratios, caps and limits. */
function Factors({ store, shown }: { store: Store; shown: Shown }) {
  const { drop, draft } = shown;
  // Beside the tables it is open; where it stands above them it leaves them the first screen.
  const [isOpen] = useState(() => !matchMedia("(max-width:64rem)").matches);
  const brands = [...new Set(drop.contracts.map((contract) => contract.brand))].filter((b) =>
    b !== ""
  )
    .sort();
  const scale = (name: "capScale" | "limitScale" | "brandCapScale", key: string) => ({
    value: own(draft[name], key) ?? 1,
    onValue: (value: number, drag?: string) =>
      store.edit({ ...draft, [name]: withEntry(draft[name], key, value) }, drag),
  });
  const factor = (
    text: string,
    about: { value: number; onValue: (v: number, d?: string) => void },
  ) =>
    html`
      <label
        class="row"><span>${text}</span><${Slider} label=${text} min=${0} max=${2} step=${0.05}
            unit="×" changed=${about.value !== 1} ...${about} /></label>
    `;
  const factorOfLimit = (limit: string) =>
    factor(limitCalled(limit, "Limit"), scale("limitScale", limit));
  return html`
    <section class="card controls">
      <details open=${isOpen}>
      <summary><h2>Many at once</h2></summary>
      ${asksForSponsored(draft, drop) && factor("All ratios", {
        value: draft.ratioScale ?? 1,
        onValue: (ratioScale, drag) => store.edit({ ...draft, ratioScale }, drag),
      })}
      ${factor("All caps", scale("capScale", "all"))}
      ${typesOf(drop.contracts).map((type) =>
        factor(
          type === "sponsored" ? "Sponsored caps" : "Unsponsored caps",
          scale("capScale", type),
        )
      )}
      ${brands.length > 0 && html`
        <${Chosen} title="Brand" names=${brands} show=${(brand: string) =>
          factor(`Caps of brand ${brand}`, scale("brandCapScale", brand))} />
      `}
      ${drop.limits.length > 1 && factor("All limits", scale("limitScale", "all"))}
      ${drop.limits.length > FEW_LIMITS
        ? html`<${Chosen} title="Limit" names=${drop.limits} show=${factorOfLimit} />`
        : drop.limits.map(factorOfLimit)}
      <label class="row"><span>Offers per user (k)</span><${Slider} label="Offers per user, k" min=${1} max=${Math
        .max(8, 2 * drop.k)} step=${1} unit="" value=${draft.k ??
        drop.k} changed=${draft.k !== undefined}
        onValue=${(k: number, drag?: string) =>
          store.edit(
            { ...draft, k: k === drop.k ? undefined : Math.max(1, Math.round(k)) },
            drag,
          )} /></label>
      </details>
    </section>
  `;
}

/** One of many names, and the factor of the one that is chosen. */
function Chosen({ title, names, show }: {
  title: string;
  names: readonly string[];
  show: (name: string) => unknown;
}) {
  const [name, setName] = useState("");
  return html`
    <label class="row"><span>${title}</span><select value=${name} onChange=${(event: Event) =>
      setName(valueIn(event))}>
      <option value="">choose one …</option>${names.map((each) =>
        html`<option value=${each}>${each}</option>`
      )}</select></label>
    ${name !== "" && show(name)}
  `;
}

/** Rules and weights of the policy. */
function Rules({ store, shown }: { store: Store; shown: Shown }) {
  const { drop, draft } = shown;
  const rules = (draft.policy ?? {}) as Record<string, unknown>;
  const edit = (rule: StudioRule, value: unknown) => {
    const { [rule.name]: _, ...others } = rules;
    const same = JSON.stringify(value) === JSON.stringify(rule.value);
    store.edit({ ...draft, policy: same ? others : { ...others, [rule.name]: value } } as Change);
  };
  return html`
    <section class="card controls">
      <details>
        <summary><h2>Rules and weights</h2></summary>
        ${drop.policy.map((rule) => {
          const value = rule.name in rules ? rules[rule.name] : rule.value;
          return html`
            <label class=${rule.name in rules ? "rule changed" : "rule"} title=${rule.help}>
              <span>${rule.json.replaceAll("_", " ")}<small>${rule.help}</small></span>
              <${RuleField} rule=${rule} value=${value} onValue=${(v: unknown) => edit(rule, v)}
                onFault=${(fault: string) => store.tell(fault)} />
            </label>
          `;
        })}
      </details>
    </section>
  `;
}

/** The control of a rule, by what its value may be. */
function RuleField({ rule, value, onValue, onFault }: {
  rule: StudioRule;
  value: unknown;
  onValue: (value: unknown) => void;
  onFault: (fault: string) => void;
}) {
  const { kind, nullable, json } = rule;
  if (kind.type === "flag") {
    return html`<input type="checkbox" checked=${value} onChange=${(event: Event) =>
      onValue((event.currentTarget as HTMLInputElement).checked)} />`;
  }
  if (kind.type === "choice") {
    return html`<select value=${value} onChange=${(event: Event) => onValue(valueIn(event))}>${
      kind.choices.map((choice) => html`<option value=${choice}>${choice}</option>`)
    }</select>`;
  }
  const shown = value === null ? "" : Array.isArray(value) ? value.join(", ") : String(value);
  const typed = (text: string) => {
    if (text.trim() === "" && nullable) return onValue(null);
    const parts = text.split(/[,\s]+/).filter(Boolean).map(Number);
    const fits = parts.every(Number.isFinite) && (kind.type === "numbers" || parts.length === 1);
    if (fits) onValue(kind.type === "numbers" ? parts : parts[0]);
    else onFault(`${json.replaceAll("_", " ")} is “${text}”: a number is expected`);
  };
  return html`
    <${TypedField} type="text" value=${shown} placeholder=${nullable ? "none" : ""}
      onText=${typed} />
  `;
}
