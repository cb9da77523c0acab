/// <reference lib="dom" />
/**
 * Files to save, and the command lines that give the same results.
 *
 * @module
 */
import { useEffect, useState } from "../../deps/preact.ts";
import type { SaveKind, StudioCalls } from "../session/messages.ts";
import { html } from "./markup.ts";
import type { Shown, Store } from "./store.ts";

/** What can be saved, and what it is for. */
const FILES: readonly (readonly [SaveKind, string, string])[] = [
  [
    "scenario",
    "Scenario",
    "the changes, as divvy whatif --scenarios and allocate --scenario read them",
  ],
  ["config", "Configuration", "inputs and rules, as --config reads them"],
  ["report", "Report page", "the result as one page that needs no server"],
  ["comparison", "Comparison page", "all results so far side by side"],
  ["assignments", "Assignments", "who gets what, as CSV"],
  ["certificate", "Certificate", "the prices that prove the bound, for divvy check"],
  ["prices", "Start prices", "what this result was solved from: the command below names it"],
];

/** Buttons and command lines. */
export function SaveTab({ store, shown }: { store: Store; shown: Shown }) {
  const [command, setCommand] = useState<StudioCalls["command"]["answer"] | null>(null);
  const { version } = shown.state, { result, rows } = shown;
  // These start from the drop as it is: solved to its end, it has other prices.
  const stopped = result?.row.timed_out || rows.find(({ key }) => key === "{}")?.timed_out;
  useEffect(() => {
    let late = false;
    store.link.call("command", null).then((answer) => late || setCommand(answer)).catch(() => {});
    return () => late = true;
  }, [version]);
  const save = async (kind: SaveKind) => {
    try {
      download(await store.link.call("save", { kind }));
    } catch (error) {
      store.tell((error as Error).message);
    }
  };
  const disabled = store.stale || shown.gone;
  return html`
    <div class="saves">
      <ul>${FILES.map(([kind, name, words]) =>
        html`<li><button type="button" disabled=${disabled} onClick=${() =>
          save(kind)}>Save ${name.toLowerCase()}</button>
          <span>${words}</span></li>`
      )}</ul>
      ${command !== null && html`
        <h3>The command for this</h3>
        <p class="lede">${command.files.length > 0
          ? html`
            Save ${command.files.map((kind, i) =>
              html`
                ${i > 0 && ", "}<button type="button" class="link" disabled=${disabled}
                  onClick=${() => save(kind)}>${kind}</button>
              `
            )} first.${" "}
          `
          : ""}${stopped
          ? "These lines solve to the end what was stopped here, so their figures may differ."
          : "These lines give the same bytes."}</p>
        ${command.whatif &&
          html`<${Command} label=${
            stopped ? "Figures" : "The same figures"
          } text=${command.whatif} />`}
        <${Command} label=${stopped ? "Assignments" : "The same assignments"}
          text=${command.allocate} />
      `}
    </div>
  `;
}

/** A command line to copy. */
function Command({ label, text }: { label: string; text: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Where the clipboard may not be used: copying a selection, as older browsers do.
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return html`
    <div class="command">
      <h4>${label}</h4>
      <button type="button" onClick=${copy}>${copied ? "Copied" : "Copy"}</button>
      <pre tabindex="0">${text}</pre>
    </div>
  `;
}

/** Hands a file over, as a download. */
function download({ name, type, text }: StudioCalls["save"]["answer"]): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
