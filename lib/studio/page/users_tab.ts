/// <reference lib="dom" />
/**
 * Users: search one, see its options and why it has what it has.
 *
 * @module
 */
import { html, useEffect, useState } from "../../deps/preact.ts";
import type { OptionExplanation, UserExplanation } from "../../allocator/explain/user.ts";
import { count, counted, figure, shortId } from "../../report/words.ts";
import { price } from "./figures.ts";
import type { StudioDrop } from "../session/messages.ts";
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
  const [why, setWhy] = useState<UserExplanation | null>(null);
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
      .then((answer) => late || setWhy(answer as UserExplanation))
      .catch((error) => store.tell(error.message));
    return () => late = true;
  }, [user, version]);
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
      <ul class="found">${(found ?? []).map((id) =>
        html`
          <li
            key=${id}><button type="button" class=${id === user
              ? "name on"
              : "name"} onClick=${() => onUser(id)}>${id}</button></li>
        `
      )}</ul>
      ${why !== null && html`<${UserCard} why=${why} notes=${notesOf(shown.drop)} />`}
    </div>
  `;
}

/** One user's options, and why each was taken or not. */
function UserCard({ why, notes }: { why: UserExplanation; notes: ReadonlyMap<string, string> }) {
  return html`
    <div>
      <h3>${why.user_id} <span class="tag">${why
        .group_id}</span> <span class=${`tag ${why.type}`}>${why.type === "none"
        ? "no offer"
        : why.type}</span></h3>
      <p class="lede">Worth ${figure(why.value)}; ${figure(
        why.unlimited_value,
      )} if nothing were scarce. Up to ${counted(why.k, "offer")}.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Options of the user">
        <table>
          <caption class="hide">Options of ${why.user_id}</caption>
          <thead>
            <tr>
              <th scope="col">Contract</th>
              <th scope="col">Type</th>
              <th scope="col" class="n">Score</th>
              <th scope="col" class="n">Price</th>
              <th scope="col" class="n">Net</th>
              <th scope="col" class="n">Used of cap</th>
              <th scope="col">Why</th>
            </tr>
          </thead>
          <tbody>${why.options.map((option) =>
            html`<${Option} option=${option} note=${notes.get(option.contract_address)} />`
          )}</tbody>
        </table>
      </div>
    </div>
  `;
}

function Option({ option, note }: { option: OptionExplanation; note: string | undefined }) {
  const type = option.is_sponsored ? "sponsored" : "unsponsored";
  return html`
    <tr>
      <th scope="row" title=${option.contract_address}>${shortId(option.contract_address)}${note &&
        html`<small>${note}</small>`}</th>
      <td><span class=${`tag ${type}`}>${type}</span></td>
      <td class="n">${figure(option.score)}</td>
      <td class="n">${price(option.price)}</td>
      <td class="n">${figure(option.net_value)}</td>
      <td class="n">${count(option.assigned)} of ${count(option.cap)}</td>
      <td>${option.taken
        ? html`<span class="tag good">got it</span>`
        : String(option.why_not ?? "").replaceAll("_", " ")}</td>
    </tr>
  `;
}

/** What people know contracts by, by their ids: brand and further columns. */
export function notesOf(drop: StudioDrop): ReadonlyMap<string, string> {
  return new Map(drop.contracts.map(({ id, more }) => [id, more.filter(Boolean).join(" · ")]));
}
