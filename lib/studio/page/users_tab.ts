/// <reference lib="dom" />
/**
 * Users: search one, see its options and why it has what it has.
 *
 * @module
 */
import { html, useEffect, useState } from "../../deps/preact.ts";
import type {
  HeldBackOption,
  OptionExplanation,
  UserExplanation,
} from "../../allocator/explain/user.ts";
import { count, counted, figure, shortId } from "../../report/words.ts";
import { price } from "./figures.ts";
import type { StudioDrop, StudioUser } from "../session/messages.ts";
import { pairState, PairTools, usersWithPairs } from "./pair_tools.ts";
import type { Shown, Store } from "./store.ts";

/** Milliseconds without a key before users are looked for. */
const QUIET = 150;

/** Search, and the user found. */
export function UsersTab({ store, shown, user, onUser }: {
  store: Store;
  shown: Shown;
  user: string;
  onUser: (id: string) => void;
}) {
  const [text, setText] = useState(user);
  const [found, setFound] = useState<string[] | null>(null);
  const [why, setWhy] = useState<StudioUser | null>(null);
  const version = shown.result?.version;
  useEffect(() => {
    if (user !== "") setText(user);
  }, [user]);
  useEffect(() => {
    if (text === "") return setFound(null);
    let late = false;
    const timer = setTimeout(async () => {
      const ids = await store.link.call("users", { text }).catch(() => []);
      if (!late) setFound(ids);
    }, QUIET);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [text]);
  useEffect(() => {
    if (user === "" || version === undefined) return;
    let late = false;
    store.link.call("user", { id: user })
      .then((answer) => late || setWhy(answer))
      .catch((error) => store.tell(error.message));
    return () => late = true;
  }, [user, version]);
  const changed = usersWithPairs(shown.draft);
  return html`
    <div class="users">
      <div class="bar">
        <input type="search" aria-label="Search a user" placeholder="Search a user by id" value=${text}
          onInput=${(event: Event) => setText((event.currentTarget as HTMLInputElement).value)} />
        <span role="status">${found === null
          ? `${count(shown.drop.users)} users`
          : found.length === 0
          ? "nobody found"
          : `${found.length}${found.length === 20 ? " or more" : ""} found`}</span>
      </div>
      <${UserNames} ids=${found ?? []} user=${user} onUser=${onUser} />
      ${changed.length > 0 && html`
        <h3>Users with pins or bans</h3>
        <${UserNames} ids=${changed} user=${user} onUser=${onUser} />
      `}
      ${why !== null && html`<${UserCard} why=${why} store=${store} shown=${shown} />`}
    </div>
  `;
}

/** Ids to choose a user by. */
function UserNames({ ids, user, onUser }: {
  ids: readonly string[];
  user: string;
  onUser: (id: string) => void;
}) {
  return html`
    <ul class="found">${ids.map((id) =>
      html`
        <li key=${id}><button type="button" class=${id === user ? "name on" : "name"}
          onClick=${() => onUser(id)}>${id}</button></li>
      `
    )}</ul>
  `;
}

/** One user's options, and why each was taken or not. */
function UserCard({ why, store, shown }: { why: StudioUser; store: Store; shown: Shown }) {
  const { user_id, held_back } = why, notes = notesOf(shown.drop);
  const options = "options" in why ? why.options : [];
  const tools = (contract: string, fixed: boolean) =>
    html`
      <${PairTools} store=${store} shown=${shown} user=${user_id} contract=${contract}
        fixed=${fixed} />
    `;
  const isOurs = (contract: string) => pairState(shown.draft, user_id, contract) !== "free";
  return html`
    <div>
      ${"options" in why ? html`<${UserHead} why=${why} />` : html`
        <h3>${user_id}</h3>
        <p class="lede">Nothing is left that the user may have.</p>
      `}
      <div class="scroll" tabindex="0" role="region" aria-label="Options of the user">
        <table>
          <caption class="hide">Options of ${user_id}</caption>
          <thead>
            <tr>
              <th scope="col">Contract</th>
              <th scope="col">Why</th>
              <th scope="col">Pin or ban</th>
              <th scope="col">Type</th>
              <th scope="col" class="n">Score</th>
              <th scope="col" class="n">Price</th>
              <th scope="col" class="n">Net</th>
              <th scope="col" class="n">Used of cap</th>
            </tr>
          </thead>
          <tbody>${options.map((option) =>
            html`
              <${Option} option=${option} note=${notes.get(option.contract_address)}
                tools=${tools(option.contract_address, option.pinned === true)} />
            `
          )}${(held_back ?? []).map((held) =>
            html`
              <${HeldBack} held=${held} note=${notes.get(held.contract_address)}
                ours=${isOurs(held.contract_address)}
                tools=${tools(held.contract_address, true)} />
            `
          )}</tbody>
        </table>
      </div>
    </div>
  `;
}

/** Who it is, and what the offers are worth. */
function UserHead({ why }: { why: UserExplanation }) {
  return html`
    <h3>${why.user_id} <span class="tag">${why
      .group_id}</span> <span class=${`tag ${why.type}`}>${why.type === "none"
      ? "no offer"
      : why.type}</span></h3>
    <p class="lede">Worth ${figure(why.value)}; ${figure(
      why.unlimited_value,
    )} if nothing were scarce. Up to ${counted(why.k, "offer")}.</p>
  `;
}

/** What stands in front of an option's figures: its contract, why it was taken or not, pin and ban. */
function Front({ contract, note, sponsored, why, tools }: {
  contract: string;
  note: string | undefined;
  sponsored: boolean;
  why: unknown;
  tools: unknown;
}) {
  const type = sponsored ? "sponsored" : "unsponsored";
  return html`
    <th scope="row" title=${contract}>${shortId(contract)}${note &&
      html`<small>${note}</small>`}</th>
    <td>${why}</td>
    <td>${tools}</td>
    <td><span class=${`tag ${type}`}>${type}</span></td>
  `;
}

function Option({ option, note, tools }: {
  option: OptionExplanation;
  note: string | undefined;
  tools: unknown;
}) {
  const why = option.taken
    ? html`<span class="tag good">${option.pinned ? "pinned" : "got it"}</span>`
    : String(option.why_not ?? "").replaceAll("_", " ");
  return html`
    <tr>
      <${Front} contract=${option.contract_address} note=${note} sponsored=${option.is_sponsored}
        why=${why} tools=${tools} />
      <td class="n">${figure(option.score)}</td>
      <td class="n">${price(option.price)}</td>
      <td class="n">${figure(option.net_value)}</td>
      <td class="n">${count(option.assigned)} of ${count(option.cap)}</td>
    </tr>
  `;
}

/** A pair that history or a ban keeps from the user. */
function HeldBack({ held, note, ours, tools }: {
  held: HeldBackOption;
  note: string | undefined;
  /** Whether a change of this page bans it. */
  ours: boolean;
  tools: unknown;
}) {
  const because = held.reason === "banned" ? `banned by ${held.because}` : held.because;
  return html`
    <tr class="held">
      <${Front} contract=${held.contract_address} note=${note} sponsored=${held.is_sponsored}
        why=${ours ? "banned here" : because} tools=${tools} />
      <td class="n">${figure(held.score)}</td>
      <td class="n"></td>
      <td class="n"></td>
      <td class="n"></td>
    </tr>
  `;
}

/** What people know contracts by, by their ids: brand and further columns. */
export function notesOf(drop: StudioDrop): ReadonlyMap<string, string> {
  return new Map(drop.contracts.map(({ id, more }) => [id, more.filter(Boolean).join(" · ")]));
}
