/**
 * The worker that does a share of the price solver's passes, and answers questions while it has no passes to do (see `questions.ts`).
 *
 * @module
 */
import { answerIfAny, isQuestion, type Question } from "./questions.ts";
import { type Engagement, takePart } from "./worker_team.ts";
import { workerScope } from "../../../base/platform/worker_scope.ts";

workerScope.onmessage = ({ data }: MessageEvent<Engagement | Question>) =>
  isQuestion(data) ? workerScope.postMessage(answerIfAny(data)) : takePart(workerScope, data);
