import { waitForEnd } from "../edge/watch/wait.ts";
import { after, type EpochMs } from "../lang/time.ts";
import { jsonResponse } from "./answer.ts";
import type { Call } from "./call.ts";
import { onHold } from "./hold.ts";
import { browserAnswer, browserProblem, heldAnswer, laterAnswer } from "./hook-answer.ts";
import { deliveryTo, type Hook, hookOf, redirectTo } from "./hook-arrival.ts";
import { startHook } from "./hook-run.ts";
import { nothingHere } from "./nothing-here.ts";
import { problemResponse } from "./problem.ts";
import { enterLine } from "./waiter-caps.ts";
import { wrongMethod } from "./wrong-method.ts";

/** `POST /in/{hook}`: a program of somebody else's has something to tell (contract, section 9). */
export async function takeDelivery(call: Call): Promise<Response> {
  const hook = hookOf(call);
  if (hook === null) return problemResponse(call.origin, nothingHere(call.request));
  const delivered = await deliveryTo(call, hook);
  if (!delivered.ok) return problemResponse(call.origin, delivered.reason);
  if (isPing(call, hook)) return jsonResponse(200, { ok: true });

  const until = untilOf(call, hook);
  return onHold(call, until, async () => {
    const started = await startHook(call, hook, { arrival: delivered.value, until });
    if (!started.ok) return problemResponse(call.origin, started.reason);
    if (hook.settings.waitMs === 0) return laterAnswer(started.value);
    const { job, snapshot, isEarlier } = started.value;
    return heldAnswer(call, await waitForEnd(job, snapshot, until), isEarlier);
  });
}

/**
 * `GET /in/{hook}`: a browser that was sent here, as at the end of an OAuth login. Nothing proves who
 * sends it, so that what the hook starts has to know its own `state` again.
 */
export async function takeRedirect(call: Call): Promise<Response> {
  const hook = hookOf(call);
  if (hook === null) return problemResponse(call.origin, nothingHere(call.request));
  const allowed = hook.settings.takesGet ? ["POST", "GET"] : ["POST"];
  // Whoever looks with HEAD whether there is something must not use up what can be used once.
  if (!allowed.includes(call.request.method)) {
    return problemResponse(call.origin, wrongMethod(call.request, allowed));
  }

  const until = untilOf(call, hook);
  const entered = enterLine(call, until);
  if (!entered.ok) return browserProblem(entered.reason);
  try {
    const started = await startHook(call, hook, { arrival: redirectTo(call, hook), until });
    if (!started.ok) return browserProblem(started.reason);
    const { job, snapshot } = started.value;
    return browserAnswer(call, await waitForEnd(job, snapshot, until));
  } finally {
    entered.value();
  }
}

/** GitHub's question whether anybody is there, once a hook is set up. */
function isPing({ request }: Call, { settings }: Hook): boolean {
  return settings.profile === "github" && request.headers.get("x-github-event") === "ping";
}

function untilOf({ receivedAt }: Call, { settings }: Hook): EpochMs {
  return after(receivedAt, settings.waitMs);
}
