/**
 * The state of the page, and its calls of the session.
 *
 * @module
 */
import type {
  Change,
  StudioBound,
  StudioDrop,
  StudioEvents,
  StudioLevers,
  StudioLink,
  StudioOpening,
  StudioProgress,
  StudioResult,
  StudioRow,
  StudioState,
} from "../session/messages.ts";

/** A state that could not be solved. */
type StudioFailure = StudioEvents["failed"];

/** Everything that the page shows. */
export interface Shown {
  readonly drop: StudioDrop;
  /** The list of changes and the current place in it. */
  readonly state: StudioState;
  /** The change that the controls show: ahead of `state` while they are moved. */
  readonly draft: Change;
  /** The latest result; of an earlier state while a newer one is solved. */
  readonly result: StudioResult | null;
  /** Every result so far. */
  readonly rows: readonly StudioRow[];
  /** The latest bound. */
  readonly bound: StudioBound | null;
  /** How far solving is; null: nothing is being solved. */
  readonly progress: StudioProgress | null;
  /** Suggestions of what to change next; null: nobody asked. */
  readonly levers: StudioLevers | null;
  /** What went wrong last; "": nothing. */
  readonly fault: string;
  /** Whether the session can't be reached. */
  readonly gone: boolean;
}

/** The page's state, with one way to change it. */
export class Store {
  readonly link: StudioLink;
  #shown: Shown;
  #redraw: () => void = () => {};
  /** The latest change that is still to be sent. */
  #next: { change: Change; drag?: string } | null = null;
  #sending = false;

  /** Takes the first answers of the session. */
  constructor(link: StudioLink, shown: Shown) {
    this.link = link;
    this.#shown = shown;
  }

  /** Opens a session: fulfilled with its opening, all later events change what is shown. */
  static open(link: StudioLink): Promise<Store> {
    return new Promise((resolve, reject) => {
      let store: Store | null = null;
      link.listen((name, event) => {
        if (store !== null) store.#hear(name, event);
        else if (name === "opening") resolve(store = Store.#of(link, event as StudioOpening));
        else if (name === "failed") reject(new Error((event as StudioFailure).message));
      }, (gone) => {
        if (store !== null) store.#set({ gone });
        else if (gone) reject(new Error("the studio does not answer"));
      });
    });
  }

  static #of(link: StudioLink, opening: StudioOpening): Store {
    return new Store(link, {
      ...opening,
      draft: opening.state.change,
      bound: null,
      progress: opening.result === null && opening.fault === ""
        ? { version: 0, phase: "solving" }
        : null,
      levers: null,
      gone: false,
    });
  }

  /** Everything that is shown. */
  get shown(): Shown {
    return this.#shown;
  }

  /** Has the page drawn again whenever something changes. */
  onChange(redraw: () => void): void {
    this.#redraw = redraw;
  }

  /** Whether the result shown belongs to an earlier state, or is not final. */
  get stale(): boolean {
    const { result, state } = this.#shown;
    if (result === null || this.#busy) return true;
    return result.version !== state.version || result.preliminary;
  }

  get #busy(): boolean {
    return this.#sending || this.#next !== null;
  }

  /** Changes the drop. Changes of one drag are one step of the list. */
  edit(change: Change, drag?: string): void {
    this.#set({ draft: change, fault: "" });
    this.#next = { change, drag };
    this.#send();
  }

  /** A step back. */
  undo(): Promise<void> {
    return this.#move("undo");
  }

  /** A step forth. */
  redo(): Promise<void> {
    return this.#move("redo");
  }

  /** Ends the solve under way with the best allocation so far. */
  async stop(): Promise<void> {
    await this.#try(() => this.link.call("stop", null));
  }

  /** Solves to the end what was stopped. */
  async solveOn(): Promise<void> {
    this.#set({ progress: { version: this.#shown.state.version, phase: "solving" } });
    const answer = await this.#try(() => this.link.call("solve", null));
    if (answer === undefined) this.#set({ progress: null });
  }

  /** Asks what to change next. */
  async findLevers(): Promise<void> {
    this.#set({ levers: null });
    await this.#try(() => this.link.call("levers", null));
  }

  /** Shows what went wrong. */
  tell(fault: string): void {
    this.#set({ fault });
  }

  async #move(name: "undo" | "redo"): Promise<void> {
    const state = await this.#try(() => this.link.call(name, null));
    if (state !== undefined) this.#take(state);
  }

  /** Sends one call at a time: values that a drag has passed meanwhile are never sent. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    while (this.#next !== null) {
      const next = this.#next;
      this.#next = null;
      const state = await this.#try(() => this.link.call("change", next));
      if (state === undefined) this.#set({ draft: this.#shown.state.change });
      else this.#take(state);
    }
    this.#sending = false;
    this.#set({});
  }

  /** Does something, and shows what goes wrong. */
  async #try<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act();
    } catch (error) {
      this.#set({ fault: error instanceof Error ? error.message : String(error) });
      return undefined;
    }
  }

  #take(state: StudioState): void {
    const { version } = this.#shown.state;
    if (state.version < version) return;
    // What went wrong before a step was about another state.
    if (state.version > version) this.#set({ fault: "" });
    // Controls that are being moved stay where they are.
    this.#set({ state, ...(this.#next === null && { draft: state.change }) });
  }

  #hear(name: keyof StudioEvents, event: StudioEvents[keyof StudioEvents]): void {
    const { state } = this.#shown;
    switch (name) {
      case "opening":
        return this.#openAgain(event as StudioOpening);
      case "state":
        return this.#take(event as StudioState);
      case "bound":
        return this.#set({ bound: event as StudioBound });
      case "progress":
        return this.#set({ progress: event as StudioProgress });
      case "rows":
        return this.#set({ rows: event as StudioRow[] });
      case "levers": {
        const levers = event as StudioLevers;
        return this.#set({ levers, ...(levers.left === 0 && { progress: null }) });
      }
      case "failed": {
        const { message, version } = event as StudioFailure;
        return this.#set({
          fault: message,
          levers: null,
          ...(version === state.version && { progress: null }),
        });
      }
      case "result": {
        const result = event as StudioResult;
        return this.#set({
          result,
          levers: null,
          ...(result.version >= state.version && !result.preliminary && { progress: null }),
        });
      }
    }
  }

  /** Takes everything anew, after the session was out of reach. */
  #openAgain(opening: StudioOpening): void {
    const { result, state } = opening;
    const done = result?.version === state.version && !result.preliminary;
    this.#set({
      ...opening,
      ...(!this.#busy && { draft: state.change }),
      ...(done && { progress: null }),
    });
  }

  #set(part: Partial<Shown>): void {
    this.#shown = { ...this.#shown, ...part };
    this.#redraw();
  }
}
