/**
 * Questions about prices or the drop alone, answered by a worker that has no passes to do while this thread does something else.
 *
 * @module
 */
import type { Thread } from "../../../base/platform/thread.ts";
import type { DualProblem } from "../dual/dual_problem.ts";
import { fastBoundAt } from "./fast_bound.ts";
import { type LeastShortfall, leastShortfall } from "../../limits/least_shortfall.ts";
import type { Prices } from "../../model/allocation.ts";
import { canShare, problemOfPasses } from "./shared_problem.ts";
import { areWaiting, giveBack, takeWorker } from "./worker_pool.ts";

/** D of a problem at some prices, or the least shortfall of its drop whatever prices are. */
export type Question =
  | { readonly asks: "bound"; readonly problem: DualProblem; readonly prices: Prices }
  | { readonly asks: "least shortfall"; readonly problem: DualProblem };

/** What is found, by what was asked. */
interface Answers {
  readonly bound: number;
  readonly "least shortfall": LeastShortfall;
}

/** The answer to a question. */
export type Answer<Asked extends Question> = Answers[Asked["asks"]];

/** The answer to a question, worked out on the thread that calls it. */
export function answerTo<Asked extends Question>(question: Asked): Answer<Asked> {
  const found = question.asks === "bound"
    ? fastBoundAt(question.problem, question.prices)
    : leastShortfall(question.problem.instance, question.problem.rules);
  return found as Answer<Asked>;
}

/** What a worker answers; null where it fails: then whoever asked meets the same failure, and knows more of it. */
export function answerIfAny(question: Question): Answer<Question> | null {
  try {
    return answerTo(question);
  } catch {
    return null;
  }
}

/** Whether a worker's message is a question. */
export function isQuestion(data: object): data is Question {
  return "asks" in data;
}

/** A worker that answers questions in their order; without one they are answered here, when the answer is wanted. */
export class IdleWorker {
  #worker: Thread | null;
  /** Who waits for the answers that are not there yet. */
  readonly #open: ((answer: unknown) => void)[] = [];

  private constructor(worker: Thread | null) {
    this.#worker = worker;
    worker?.listen({
      onMessage: (data) => this.#open.shift()?.(data),
      onFailure: () => {
        this.#worker = null;
        worker.end();
        this.#open.splice(0).forEach((end) => end(undefined));
      },
    });
  }

  /** The worker that waits, if one does and can see the drop. Must be closed. */
  static of(problem: DualProblem): IdleWorker {
    return new IdleWorker(areWaiting(1) && canShare(problem) ? takeWorker() : null);
  }

  /** No worker. */
  static none(): IdleWorker {
    return new IdleWorker(null);
  }

  /** Whether there is a worker. */
  get isThere(): boolean {
    return this.#worker !== null;
  }

  /** Begins to answer a question if there is a worker. The function returned gives the answer, the same with and without one. */
  begin<Asked extends Question>(question: Asked): () => Promise<Answer<Asked>> {
    const worker = this.#worker;
    if (worker === null) {
      let found: Answer<Asked> | undefined;
      return () => Promise.resolve(found ??= answerTo(question));
    }
    const answer = new Promise<unknown>((resolve) => this.#open.push(resolve));
    worker.send({ ...question, problem: problemOfPasses(question.problem) });
    // Without an answer the worker has failed.
    return async () => (await answer ?? answerTo(question)) as Answer<Asked>;
  }

  /** Sends the worker away. What it has not answered nobody may wait for. */
  close(): void {
    const worker = this.#worker;
    this.#worker = null;
    if (worker === null) return;
    if (this.#open.length === 0) giveBack(worker);
    else worker.end();
  }
}
