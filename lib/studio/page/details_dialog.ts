/// <reference lib="dom" />
/**
 * Details of a contract or a group: who nearly got it, whom a ratio moves.
 *
 * @module
 */
import { useEffect, useRef, useState } from "../../deps/preact.ts";
import type { Bidder, ContractExplanation } from "../../allocator/explain/contract.ts";
import type { GroupExplanation, Swayed } from "../../allocator/explain/group.ts";
import { count, figure } from "../../report/words.ts";
import { price } from "./figures.ts";
import { html } from "./markup.ts";
import { PairTools } from "./pair_tools.ts";
import { notesOf } from "./users_tab.ts";
import type { Shown, Store } from "./store.ts";

/** What the dialog is about. */
export interface Looked {
  readonly kind: "contract" | "group";
  readonly id: string;
}

/** Columns of users that want a contract. */
const OF_BIDDER = [
  ["Score", (bid: Bidder) => figure(bid.score)],
  ["Worth to it", (bid: Bidder) => figure(bid.worth)],
  ["Above the price", (bid: Bidder) => figure(bid.margin, 3)],
] as const;

/** Columns of users that a ratio moves. */
const OF_SWAYED = [["Costs it", (one: Swayed) => figure(one.cost)]] as const;

/** The dialog; Escape closes it. */
export function DetailsDialog({ store, shown, looked, onClose, onUser }: {
  store: Store;
  shown: Shown;
  looked: Looked;
  onClose: () => void;
  onUser: (id: string) => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [answer, setAnswer] = useState<ContractExplanation | GroupExplanation | null>(null);
  const version = shown.result?.version;
  const note = looked.kind === "contract" ? notesOf(shown.drop).get(looked.id) : "";
  useEffect(() => {
    dialog.current!.showModal();
  }, []);
  useEffect(() => {
    let late = false;
    store.link.call(looked.kind, { id: looked.id })
      .then((found) => late || setAnswer(found as ContractExplanation | GroupExplanation))
      .catch((error) => {
        store.tell(error.message);
        onClose();
      });
    return () => late = true;
  }, [looked, version]);
  return html`
    <dialog ref=${dialog} aria-labelledby="looked" onClose=${onClose}>
      <form method="dialog"><h2 id="looked">${looked.id}${note &&
        html`<small>${note}</small>`}</h2><button>Close</button></form>
      ${answer === null
        ? html`<p>Looking …</p>`
        : "contract_address" in answer
        ? html`<${Contract} about=${answer} onUser=${onUser} store=${store} shown=${shown} />`
        : html`<${Group} about=${answer} onUser=${onUser} />`}
    </dialog>
  `;
}

function Contract({ about, onUser, store, shown }: {
  about: ContractExplanation;
  onUser: (id: string) => void;
  store: Store;
  shown: Shown;
}) {
  const tools = (user: string) =>
    html`<${PairTools} store=${store} shown=${shown} user=${user} contract=${about.contract_address} />`;
  return html`
    <dl class="pairs">
      <dt>Used of its cap</dt>
      <dd>${count(about.assigned)} of ${count(about.cap)}</dd>
      <dt>Price: a unit more adds at most</dt>
      <dd>${price(about.gain_at_most)}</dd>
      <dt>Users that have it as an option</dt>
      <dd>${count(about.eligible_users)}</dd>
      <dt>Would take it for nothing</dt>
      <dd>${count(about.demand_at_zero)}</dd>
      <dt>Want it at its price</dt>
      <dd>${count(about.demand_at_price)}</dd>
    </dl>
    <${Users} title="Nearly got it" list=${about.nearly} figures=${OF_BIDDER} onUser=${onUser}
      tools=${tools} />
    <${Users} title="Barely got it" list=${about.barely} figures=${OF_BIDDER} onUser=${onUser}
      tools=${tools} />
  `;
}

function Group({ about, onUser }: { about: GroupExplanation; onUser: (id: string) => void }) {
  const isAsked = about.model === "uniform";
  return html`
    <dl class="pairs">
      <dt>Users</dt>
      <dd>${count(about.users)}</dd>
      <dt>Must be sponsored</dt>
      <dd>${count(isAsked ? about.required_sponsored_users : 0)}</dd>
      <dt>Are sponsored</dt>
      <dd>${count(about.sponsored_users)}</dd>
      <dt>Have a sponsored option</dt>
      <dd>${count(about.users_with_sponsored_option)}</dd>
      <dt>Missing</dt>
      <dd>${count(isAsked ? about.shortfall : 0)}</dd>
      <dt>A user fewer adds at most</dt>
      <dd>${price(about.gain_at_most)}</dd>
      <dt>Sponsored by choice</dt>
      <dd>${count(about.sponsored_by_choice)}</dd>
      <dt>Sponsored for the ratio only</dt>
      <dd>${count(about.sponsored_by_minimum)}</dd>
    </dl>
    <${Users} title="The first that a lower ratio frees" list=${about.dearest}
      figures=${OF_SWAYED} onUser=${onUser} />
    <${Users} title="The next that a higher ratio takes" list=${about.next}
      figures=${OF_SWAYED} onUser=${onUser} />
  `;
}

/** Users, and figures of each. */
function Users<User extends { user_id: string }>({ title, list, figures, onUser, tools }: {
  title: string;
  list: readonly User[];
  figures: readonly (readonly [title: string, of: (user: User) => string])[];
  onUser: (id: string) => void;
  /** Pin and ban, where a contract is looked at. */
  tools?: (user: string) => unknown;
}) {
  if (list.length === 0) return null;
  return html`
    <h3>${title}</h3>
    <table aria-label=${title}>
      <thead>
        <tr>
          <th scope="col">User</th>
          ${figures.map(([title]) => html`<th scope="col" class="n">${title}</th>`)}
          ${tools && html`<th scope="col">Pin or ban</th>`}
        </tr>
      </thead>
      <tbody>${list.map((user) =>
        html`
          <tr>
            <th scope="row"><button type="button" class="name" onClick=${() =>
              onUser(user.user_id)}>${user.user_id}</button></th>
            ${figures.map(([, of]) => html`<td class="n">${of(user)}</td>`)}
            ${tools && html`<td>${tools(user.user_id)}</td>`}
          </tr>
        `
      )}</tbody>
    </table>
  `;
}
