/// <reference lib="dom" />
/**
 * The way to a session behind a server.
 *
 * @module
 */
import type { StudioEvents, StudioLink } from "../session/messages.ts";

/** Names of the events. */
const EVENTS: readonly (keyof StudioEvents)[] = [
  "opening",
  "state",
  "bound",
  "progress",
  "result",
  "rows",
  "levers",
  "failed",
];

/** Calls are posted beside the page; events come as a stream. */
export const serverLink: StudioLink = {
  async call(name, ask) {
    let response: Response;
    try {
      response = await fetch(`api/${name}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(ask),
      });
    } catch {
      throw new Error("The studio does not answer: it was stopped, or this page is an old one.");
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error);
    return answer;
  },
  listen(heard, lost) {
    const source = new EventSource("events");
    let gone = false;
    const tell = (now: boolean) => {
      if (gone !== now) lost(now);
      gone = now;
    };
    for (const name of EVENTS) {
      source.addEventListener(name, ({ data }) => heard(name, JSON.parse(data)));
    }
    source.onopen = () => tell(false);
    source.onerror = () => tell(true);
  },
};
