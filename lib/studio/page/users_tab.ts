/// <reference lib="dom" />
/**
 * Users: search one, see its options and why it has what it has.
 *
 * @module
 */
import { useEffect, useState } from "../../deps/preact.ts";
import type {
  HeldBackOption,
  OptionExplanation,
  UserExplanation,
} from "../../allocator/explain/user.ts";
import { count, counted, figure, ifNothingWereScarce, shortId } from "../../report/words.ts";
import { columnTitle } from "../../report/facts/contract_about.ts";
import { price } from "./figures.ts";
import { MOST_FOUND } from "../session/find_users.ts";
import type { StudioDrop, StudioUser } from "../session/messages.ts";
import { html, valueIn } from "./markup.ts";
import { pairState, PairTools, usersWithPairs } from "./pair_tools.ts";
import type { Shown, Store } from "./store.ts";

/** Milliseconds after the last key until users are searched. */
const QUIET = 150;

/** Search, and the user found. */
export function UsersTab({ store, shown, user, onUser }: {
  store: Store;
  shown: Shown;
  user: string;
  onUser: (id: string) => void;
}) {
  const [text, setText] = useState(user);
  useEffect(() => {
    if (user !== "") setText(user);
  }, [user]);
  const found = useFoundUsers(store, text);
  const why = useExplainedUser(store, user, shown.result?.version);
  const changed = usersWithPairs(shown.draft);
  return html`
    <div class="users">
      <div class="bar">
        <input type="search" aria-label="Search a user" placeholder="Search a user by id" value=${text}
          onInput=${(event: Event) => setText(valueIn(event))} />
        <span role="status">${foundInWords(found, shown.drop.users)}</span>
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

/** How many users were found. */
function foundInWords(found: readonly string[] | null, users: number): string {
  if (found === null) return counted(users, "user");
  if (found.length === 0) return "nobody found";
  return `${found.length}${found.length === MOST_FOUND ? " or more" : ""} found`;
}

/** Ids of users that a text finds; null: no text is given, or the answer is not there yet. */
function useFoundUsers(store: Store, text: string): string[] | null {
  const [found, setFound] = useState<string[] | null>(null);
  useEffect(() => {
    if (text === "") return setFound(null);
    let isLate = false;
    const timer = setTimeout(async () => {
      const ids = await store.link.call("users", { text }).catch(() => []);
      if (!isLate) setFound(ids);
    }, QUIET);
    return () => {
      isLate = true;
      clearTimeout(timer);
    };
  }, [text]);
  return found;
}

/** A user's options under the result of a version; null: no user is chosen, or the answer is not there yet. */
function useExplainedUser(
  store: Store,
  user: string,
  version: number | undefined,
): StudioUser | null {
  const [why, setWhy] = useState<StudioUser | null>(null);
  useEffect(() => {
    if (user === "" || version === undefined) return;
    let isLate = false;
    store.link.call("user", { id: user })
      .then((answer) => isLate || setWhy(answer))
      .catch((error) => store.tell(error.message));
    return () => isLate = true;
  }, [user, version]);
  return why;
}

/** A list of ids to choose a user from. */
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

/** The user's id, group and type, and what its offers are worth. */
function UserHead({ why }: { why: UserExplanation }) {
  return html`
    <h3>${why.user_id} <span class="tag">${why
      .group_id}</span> <span class=${`tag ${why.type}`}>${why.type === "none"
      ? "no offer"
      : why.type}</span></h3>
    <p class="lede">Worth ${figure(why.value)}; ${figure(
      why.unlimited_value,
    )} ${ifNothingWereScarce(why)}. Up to ${counted(why.k, "offer")}.</p>
  `;
}

/** The first cells of an option's row: its contract, why it was taken or not, pin and ban, type. */
function OptionCells({ contract, note, sponsored, why, tools }: {
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
      <${OptionCells} contract=${option.contract_address} note=${note} sponsored=${option
        .is_sponsored}
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
      <${OptionCells} contract=${held.contract_address} note=${note} sponsored=${held.is_sponsored}
        why=${ours ? "banned here" : because} tools=${tools} />
      <td class="n">${figure(held.score)}</td>
      <td class="n"></td>
      <td class="n"></td>
      <td class="n"></td>
    </tr>
  `;
}

/** For each contract's id what people know it by: its brand and further columns, numbers with the name of their column. */
export function notesOf({ contracts, columns }: StudioDrop): ReadonlyMap<string, string> {
  const shown = (text: string, at: number) =>
    /^[\d.,+−-]*\d$/.test(text) ? `${columnTitle(columns[at])} ${text}` : text;
  return new Map(
    contracts.map(({ id, more }) => [id, more.map(shown).filter(Boolean).join(" · ")]),
  );
}
