/**
 * The worker that does a share of the price solver's passes, and answers questions aside.
 *
 * @module
 */
import { answerIfAny, isQuestion } from "./aside.ts";
import { servePasses, type WorkerScope } from "./worker_team.ts";

const scope = self as unknown as WorkerScope;
servePasses(scope);
const takePart = scope.onmessage!;
scope.onmessage = (event) =>
  isQuestion(event.data) ? scope.postMessage(answerIfAny(event.data)) : takePart(event);
