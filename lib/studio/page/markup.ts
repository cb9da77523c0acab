/**
 * The page's markup: nodes from template literals, with text that nothing in it can turn around.
 *
 * @module
 */
import { type ComponentChildren, h, templateOf, type VNode } from "../../deps/preact.ts";
import { isolated, readable } from "../../report/html/markup.ts";

/** Attributes of elements that are read as text. */
const READ = ["title", "aria-label"];

/** A node of HTML, as the reports' pages show text: see {@link readable}. What components get stays as it is. */
function node(
  type: Parameters<typeof h>[0],
  props: Record<string, unknown> | null,
  ...children: ComponentChildren[]
): VNode {
  if (typeof type !== "string") return h(type, props, ...children);
  const shown: Record<string, unknown> = { ...props };
  for (const name of READ) {
    if (typeof shown[name] === "string") shown[name] = readable(shown[name]);
  }
  return h(type, shown, ...children.map(type === "option" ? plainChild : shownChild)) as VNode;
}

/** Text made readable, wherever it stands among children, and isolated where it is written from right to left. */
function shownChild(child: ComponentChildren): ComponentChildren {
  if (Array.isArray(child)) return child.map(shownChild);
  if (typeof child !== "string") return child;
  const parts = isolated(readable(child));
  return parts.length === 1
    ? parts[0]
    : parts.map((part, i) => i % 2 === 1 ? h("bdi", null, part) : part);
}

/** The same of what holds text only. */
function plainChild(child: ComponentChildren): ComponentChildren {
  if (Array.isArray(child)) return child.map(plainChild);
  return typeof child === "string" ? readable(child) : child;
}

/** A tagged template that makes Preact's nodes of HTML. */
export const html = templateOf(node);
