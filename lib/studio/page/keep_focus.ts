/// <reference lib="dom" />
/**
 * The keyboard's place on the page.
 *
 * @module
 */

/**
 * Keeps the keyboard's place: where a control that has the focus goes away or is disabled (Stop, when the solve has ended), a browser
 * gives the focus to the page as a whole. What was around the control gets it instead, so that Tab goes on from there, and a second
 * Enter presses nothing else.
 */
export function keepFocus(root: HTMLElement): void {
  let path: Element[] = [];
  root.addEventListener("focusin", ({ target }) => path = pathOf(target as Element, root));
  root.addEventListener("focusout", ({ target }) =>
    // A control that is still there a moment later was left by a person: by Tab, or by a click on what takes no focus.
    setTimeout(() => {
      if (path[0] === target && isThere(path[0])) path = [];
    }));
  new MutationObserver(() => {
    const { activeElement: now, body } = document;
    if (path.length === 0 || isThere(path[0]) || (now !== body && now !== path[0])) return;
    const around = path.slice(1).find((element) => element.isConnected) as HTMLElement | undefined;
    if (around === undefined) return;
    if (around.tabIndex < 0) around.tabIndex = -1;
    around.focus({ preventScroll: true });
  }).observe(root, { childList: true, subtree: true, attributeFilter: ["disabled"] });
}

/** An element and those around it, up to the root. */
function pathOf(element: Element, root: Element): Element[] {
  const path: Element[] = [];
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    path.push(at);
    if (at === root) break;
  }
  return path;
}

function isThere(element: Element): boolean {
  return element.isConnected && !element.matches(":disabled");
}
