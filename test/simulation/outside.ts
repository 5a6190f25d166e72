import type { Job } from "../../src/core/job/job.ts";
import { type AttemptToken, ONLY_STEP } from "../../src/core/job/step.ts";
import { failureOf, type Outcome } from "../../src/core/plugin/outcome.ts";
import { callObject, NO_ANSWER, request } from "./network.ts";
import type { Process } from "./process.ts";
import type { Server } from "./server.ts";

/** The work of an attempt in the hands of somebody outside. */
type Work = { readonly job: Job; readonly token: AttemptToken; readonly outcome: Outcome };

const TRIES_MAX = 6;

/** Somebody outside does the work and says so, with the attempt's token; or not. */
export function* complete(server: Server, work: Work): Process {
  const { world } = server;
  const fault = world.tape.fault("outside");
  if (fault === "never completed") return;
  if (world.tape.of(false, true)) yield* sayOnTheWay(server, work);
  yield* world.sleep(world.tape.of(500, 0, 5000, 30_000));
  if (fault === "completed too late") yield* world.sleep(work.job.steps[0].plan.timeoutMs + 10_000);
  const failure = failureOf("plugin_error", "It could not be done");
  const outcome = fault === "completed with a failure" ? failure : work.outcome;
  const word = outcome.kind === "success" ? String(outcome.result.text) : "";
  const done = { kind: "plugin answered", job: work.job.id, token: work.token } as const;
  world.history.note(world.now, { ...done, outcome: outcome.kind, word });
  yield* say(server, { ...work, outcome });
  if (fault === "completed twice") yield* say(server, { ...work, outcome });
}

/** A word of how far it is. Whether it arrives, or twice, is nobody's concern. */
function* sayOnTheWay(server: Server, { job, token }: Work): Process {
  const { world } = server;
  const shell = server.job(job.id);
  yield* request(world, server, () => callObject(world, shell, () => shell.tell(token, "half ")));
}

/** Says it until somebody answers: whoever has no answer cannot know. */
function* say(server: Server, { job, token, outcome }: Work): Process {
  const { world } = server;
  const shell = server.job(job.id);
  const end = { outcome, batches: [] };
  const take = () => shell.report(ONLY_STEP, token, end);
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const answer = yield* request(world, server, () => callObject(world, shell, take));
    if (answer !== NO_ANSWER) return;
    yield* world.sleep(5000 * attempt);
  }
}
