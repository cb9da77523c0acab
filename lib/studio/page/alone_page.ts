/// <reference lib="dom" />
/**
 * The script of a page without a server: everything is in the page, the session runs in a worker of its own.
 *
 * @module
 */
import { IGNORING, threadOf } from "../../base/platform/thread.ts";
import { sessionInWorker } from "../session/hosted_session.ts";
import type { StudioLink, StudioOpening } from "../session/messages.ts";
import { unpackValue } from "../session/packed_value.ts";
import type { SentStart } from "../session/sent_start.ts";
import type { Emit } from "../session/session.ts";
import { unpacked, unpackedBytes } from "../session/packed_text.ts";
import { drawStudio } from "./app.ts";

/** The text of an element of the page. */
function partOf(id: string): string {
  return document.getElementById(id)!.textContent!;
}

/** Starts the session that the page carries. */
async function linkToOwnSession(): Promise<StudioLink> {
  const scripts = await Promise.all(["packages", "session"].map((id) => unpacked([partOf(id)])));
  const url = URL.createObjectURL(new Blob([scripts.join("\n")], { type: "text/javascript" }));
  const worker = new Worker(url);
  const start = unpackValue(await unpackedBytes(partOf("start"))) as SentStart;
  worker.postMessage({ wasm: await unpackedBytes(partOf("wasm")) });
  let emit: Emit = () => {};
  const thread = threadOf(worker, IGNORING);
  const session = sessionInWorker(start, (name, event) => emit(name, event), thread);
  return {
    call: (name, ask) => session.call(name, ask) as Promise<never>,
    listen: (heard) => {
      emit = heard;
      // What the worker says after its answer is heard after it.
      session.call("open", null).then(
        (opening) => heard("opening", opening as StudioOpening),
        ({ message }) => heard("failed", { version: 0, message }),
      );
    },
  };
}

linkToOwnSession().then(drawStudio, (error) => {
  document.getElementById("studio")!.textContent = `This page could not start: ${error.message}`;
});
