/// <reference lib="dom" />
/**
 * The page: a summary on top, changes at the side, the drop in tabs.
 *
 * @module
 */
import { render, useEffect, useRef, useState } from "../../deps/preact.ts";
import { ChangesPanel } from "./changes_panel.ts";
import { CompareTab } from "./compare_tab.ts";
import { ContractsTab } from "./contracts_tab.ts";
import { DetailsDialog, type Looked } from "./details_dialog.ts";
import { GroupsTab } from "./groups_tab.ts";
import { LeversTab } from "./levers_tab.ts";
import { LimitsTab } from "./limits_tab.ts";
import { keepFocus } from "./keep_focus.ts";
import { html } from "./markup.ts";
import { SaveTab } from "./save_tab.ts";
import { Store } from "./store.ts";
import { SummaryBar } from "./summary_bar.ts";
import { UsersTab } from "./users_tab.ts";
import { counted } from "../../report/words.ts";
import type { StudioLink } from "../session/messages.ts";

/** Tabs by name. */
const TABS = [
  "Groups",
  "Contracts",
  "Limits",
  "Users",
  "Compare",
  "What to change",
  "Save",
] as const;
type Tab = (typeof TABS)[number];

/** Opens a session's drop and draws the page. */
export async function drawStudio(link: StudioLink): Promise<void> {
  const root = document.getElementById("studio")!;
  try {
    const store = await Store.open(link);
    root.replaceChildren();
    render(html`<${App} store=${store} />`, root);
    keepFocus(root);
  } catch (error) {
    root.textContent = `The drop could not be opened: ${(error as Error).message}`;
  }
}

/** The whole page. */
function App({ store }: { store: Store }) {
  const [, draw] = useState(0);
  const [tab, setTab] = useState<Tab>("Groups");
  const [looked, setLooked] = useState<Looked | null>(null);
  const [user, setUser] = useState("");
  useEffect(() => {
    const again = () => draw((n: number) => n + 1);
    store.onChange(again);
    // For what has changed since the page was first drawn.
    again();
    const keys = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || isTyped(event.target)) return;
      const key = event.key.toLowerCase();
      const redo = key === "y" || (key === "z" && event.shiftKey);
      if (!redo && key !== "z") return;
      event.preventDefault();
      if (redo) store.redo();
      else store.undo();
    };
    document.addEventListener("keydown", keys);
    return () => document.removeEventListener("keydown", keys);
  }, []);
  const { shown } = store;
  const toUser = (id: string) => {
    setLooked(null);
    setUser(id);
    setTab("Users");
  };
  const tabs = TABS.filter((name) => name !== "Limits" || shown.drop.limits.length > 0);
  const look = (kind: Looked["kind"]) => (id: string) => {
    if (shown.result !== null) setLooked({ kind, id });
  };
  return html`
    <${SummaryBar} store=${store} shown=${shown} />
    <div class="body">
      <${ChangesPanel} store=${store} shown=${shown} />
      <main>
        <${Tabs} tabs=${tabs} tab=${tab} onTab=${setTab} />
        <section class="card" role="tabpanel" id="panel" aria-labelledby=${tabId(tab)}>
          ${tab === "Groups" &&
            html`<${GroupsTab} store=${store} shown=${shown} onOpen=${look("group")} />`}
          ${tab === "Contracts" &&
            html`<${ContractsTab} store=${store} shown=${shown} onOpen=${look("contract")} />`}
          ${tab === "Limits" && html`<${LimitsTab} store=${store} shown=${shown} />`}
          ${tab === "Users" && html`
            <${UsersTab} store=${store} shown=${shown} user=${user}
              onUser=${setUser} />
          `}
          ${tab === "Compare" && html`<${CompareTab} store=${store} shown=${shown} />`}
          ${tab === "What to change" && html`<${LeversTab} store=${store} shown=${shown} />`}
          ${tab === "Save" && html`<${SaveTab} store=${store} shown=${shown} />`}
        </section>
        <${Notes} notes=${[...(shown.result?.warnings ?? []), ...shown.drop.notes]} />
      </main>
    </div>
    ${looked && html`
      <${DetailsDialog} store=${store} shown=${shown} looked=${looked}
        onClose=${() => setLooked(null)} onUser=${toUser} />
    `}
  `;
}

/** The row of tabs: left and right go from one to the next, as in every such row. */
function Tabs({ tabs, tab, onTab }: {
  tabs: readonly Tab[];
  tab: Tab;
  onTab: (tab: Tab) => void;
}) {
  const row = useRef<HTMLDivElement>(null);
  const keys = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
    onTab(next);
    row.current!.querySelector<HTMLElement>(`#${tabId(next)}`)!.focus();
  };
  return html`
    <div class="tabs" role="tablist" aria-label="The drop" ref=${row} onKeyDown=${keys}>
      ${tabs.map((name) =>
        html`
          <button type="button" role="tab" id=${tabId(name)} aria-selected=${String(name === tab)}
            aria-controls="panel" tabindex=${name === tab ? 0 : -1} onClick=${() =>
              onTab(name)}>${name}</button>
        `
      )}
    </div>
  `;
}

function tabId(tab: Tab): string {
  return `tab-${tab.toLowerCase().replaceAll(" ", "-")}`;
}

/** What a person should know about the input and the result. */
function Notes({ notes }: { notes: readonly string[] }) {
  if (notes.length === 0) return null;
  return html`
    <details class="card notes">
      <summary>${counted(notes.length, "note")} on input and result</summary>
      <ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>
    </details>
  `;
}

/** Whether keys go into a field that has its own undo. */
function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ["text", "number", "search"].includes(target.type);
}
