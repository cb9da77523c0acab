/**
 * What to change next: the levers worth most, each of them solved.
 *
 * @module
 */
import { counted } from "../../report/words.ts";
import type { StudioLever } from "../session/messages.ts";
import { difference, price } from "./figures.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";

/** The list of levers, and the button that has them looked for. */
export function LeversTab({ store, shown }: { store: Store; shown: Shown }) {
  const { levers } = shown;
  return html`
    <div>
      <p class="lede">The caps, ratios and limits with the highest prices are moved by a tenth, one at a time, and the drop is
        solved again with each: what stands here was found, not promised.</p>
      <div class="bar">
        <button type="button" class="main" disabled=${store.stale ||
          (levers !== null && levers.left > 0)}
          onClick=${() => store.findLevers()}>What should I change?</button>
        <span role="status">${levers === null
          ? ""
          : levers.left > 0
          ? `${levers.left} still to be solved …`
          : levers.levers.length === 0
          ? "Nothing has a price: no cap, ratio or limit holds the drop back."
          : `${counted(levers.levers.length, "change")}, worth most for each unit first.`}</span>
      </div>
      ${levers !== null && levers.levers.length > 0 && html`
        <div class="scroll levers" tabindex="0" role="region" aria-label="Changes worth most">
          <table>
            <caption class="hide">Changes worth most</caption>
            <thead>
              <tr>
                <th scope="col">Change</th>
                <th scope="col" class="n">Objective, a unit</th>
                <th scope="col" class="n">At most, by price</th>
                <th scope="col" class="n">Objective</th>
                <th scope="col" class="n">Σ score</th>
                <th scope="col" class="n">Offers</th>
                <th scope="col" class="n">Missing users</th>
                <th scope="col"><span class="hide">Apply</span></th>
              </tr>
            </thead>
            <tbody>${levers.levers.map((lever) =>
              html`<${Line} lever=${lever} onApply=${() => store.edit(lever.change)} />`
            )}</tbody>
          </table>
        </div>
      `}
    </div>
  `;
}

function Line({ lever, onApply }: { lever: StudioLever; onApply: () => void }) {
  const sign = (value: number) => difference(value, 0) || "0";
  return html`
    <tr>
      <th scope="row" class="words">${lever.words}</th>
      <td class="n">${sign(lever.objective / lever.units)}</td>
      <td class="n">${price(lever.price)}</td>
      <td class="n">${sign(lever.objective)}</td>
      <td class="n">${sign(lever.score)}</td>
      <td class="n">${sign(lever.assignments)}</td>
      <td class="n">${sign(-lever.shortfall)}</td>
      <td><button type="button" onClick=${onApply}>Do it</button></td>
    </tr>
  `;
}
