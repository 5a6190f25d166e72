import type { Callback } from "../core/callback/endpoint.ts";
import type { Run } from "../core/channel/channel-settings.ts";
import type { Seat } from "../core/channel/seat.ts";
import { SEAT_EVENTS, SEAT_RETRY } from "../core/channel/seat-callback.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import { fill } from "../core/template/fill.ts";
import type { JobHandle } from "../edge/job/job-client.ts";
import { waitForEnd } from "../edge/watch/wait.ts";
import type { JsonObject } from "../lang/json.ts";
import { ok, type Result } from "../lang/result.ts";
import { type DurationMs, type EpochMs, hours } from "../lang/time.ts";
import type { Call } from "./call.ts";
import type { Problem } from "./problem.ts";
import { type StartedRun, startRun } from "./run-job.ts";
import { enterLine } from "./waiter-caps.ts";

/** What arrives twice does so within minutes; a day costs nothing more. */
const KEPT_MS: DurationMs = hours(24);

type ChannelRun = {
  readonly run: Run;
  /** What the places in its payload may name. */
  readonly scope: JsonObject;
  /** What was given, which is the payload where nobody says otherwise. */
  readonly given: JsonObject;
  readonly name: string;
  readonly seat: Seat;
};

export type RunInChannel = {
  readonly jobId: string;
  /** What they are told with the acknowledgement; `null` = that an answer comes, and a delivery brings it. */
  readonly inline: JsonObject | null;
};

/** Starts what somebody said in a channel, and says what they are told with the acknowledgement. */
export async function runInChannel(
  call: Call,
  run: ChannelRun,
): Promise<Result<RunInChannel, Problem>> {
  // Where too many hold a line already, this one hears at once that an answer comes.
  const entered = enterLine(call, run.seat.ackUntil);
  const until = entered.ok ? run.seat.ackUntil : call.receivedAt;
  try {
    const started = await startInChannel(call, run, until);
    if (!started.ok) return started;
    const { job, snapshot } = started.value;
    const inline = await answerInTime(job, snapshot, { channel: run.seat.kind, until });
    return ok({ jobId: job.id, inline });
  } finally {
    if (entered.ok) entered.value();
  }
}

/**
 * Starts it, and no more: where an acknowledgement shows nothing, an answer that went with it would be
 * lost.
 *
 * @param until As long as somebody waits for it.
 */
export function startInChannel(
  call: Call,
  { run, scope, given, name, seat }: ChannelRun,
  until: EpochMs = call.receivedAt,
): Promise<Result<StartedRun, Problem>> {
  const { plugin, command, payload } = run;
  return startRun(call, {
    plugin,
    command,
    payload: payload === null ? given : fill(payload, scope).value,
    name,
    submittedBy: seat.kind,
    event: null,
    callbacks: [callbackOf(seat)],
    keptMs: KEPT_MS,
    until,
  });
}

/** Waits for what there is to say, and takes it for the acknowledgement. */
export async function answerInTime(
  job: JobHandle,
  snapshot: Snapshot,
  { channel, until }: { readonly channel: Seat["kind"]; readonly until: EpochMs },
): Promise<JsonObject | null> {
  await waitForEnd(job, snapshot, until);
  return job.call((object) => object.answerInline(channel));
}

function callbackOf(seat: Seat): Callback {
  return {
    url: seat.kind,
    profile: seat.kind,
    events: SEAT_EVENTS,
    secret: null,
    retry: SEAT_RETRY,
    seat,
  };
}
