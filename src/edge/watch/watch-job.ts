import { isFinalStatus } from "../../core/job/status.ts";
import { after, durationMs, type EpochMs, epochMs } from "../../lang/time.ts";
import type { JobHandle } from "../job/job-client.ts";
import { logWarning } from "../log.ts";
import { Line } from "./line.ts";
import { type EventPage, MORE, NOW, type Told, type Watch } from "./watch.ts";

export type WatchTime = {
  /** When the caller's patience is over; `null` = it has no end. Absolute: a new line does not extend it. */
  readonly until: EpochMs | null;
  /** Ends the watch: the caller is gone. */
  readonly signal?: AbortSignal;
};

/** For a last look when patience is over, well within the 250 ms in which a caller must be answered. */
const LAST_LOOK_MS = durationMs(100);

/** Rests before a line is opened again, in milliseconds, with jitter: a deploy cuts everyone at once. */
const REST_MS_MIN = 25;
const REST_MS_MAX = 2000;

const TIMER_SLACK_MS = 5;

/**
 * What a job's object has to tell, until the caller stops reading, has no patience left or is gone. A
 * line that breaks, in a deploy, a reset or an eviction, is opened again on a new stub, and goes on where
 * the last one was: nothing is told twice, nothing is left out.
 *
 * @throws {JobNotFoundFault} where there is no job, or no longer.
 * @throws {OverloadedFault} when too many are watching; otherwise as `callObject`.
 */
export async function* watchJob(
  job: JobHandle,
  wanted: Watch,
  { until, signal }: WatchTime,
): AsyncGenerator<Told, void> {
  let watch = wanted;
  for (let broken = 0; !isGone(signal) && !isOver(until); broken += 1) {
    if (broken > 0) await restBefore(broken, until);
    const line = await inTime(openLine(job, watch), until);
    if (line === "late") return;
    const hangUp = () => line.close();
    signal?.addEventListener("abort", hangUp, { once: true });
    // Whoever left while the line was being opened will not say so again.
    if (isGone(signal)) hangUp();
    try {
      for await (const told of messagesOf(line, watch, until)) {
        broken = 0;
        watch = movedOn(watch, told);
        yield told;
      }
    } finally {
      signal?.removeEventListener("abort", hangUp);
      line.close();
    }
  }
}

/** What comes over one line until it breaks or patience is over. */
async function* messagesOf(
  line: Line,
  watch: Watch,
  until: EpochMs | null,
): AsyncGenerator<Told, void> {
  for (;;) {
    const said = await line.next(until);
    if (said === "closed") return;
    if (said === "late") return yield* lastLook(line, watch);
    const told = JSON.parse(said.text) as Told;
    if (isLastWord(watch, told)) line.expectEnd();
    yield told;
    // Whoever asks for the next has dealt with this one: a backlog comes no faster than it is read.
    if ("more" in told && told.more) line.say(MORE);
  }
}

/** The events of a job after number `after`: see `watchJob`. */
export async function* watchEvents(
  job: JobHandle,
  after: number,
  time: WatchTime,
): AsyncGenerator<EventPage, void> {
  for await (const told of watchJob(job, { want: "events", after }, time)) {
    if ("events" in told) yield told;
  }
}

async function openLine(job: JobHandle, watch: Watch): Promise<Line> {
  return new Line(await job.open(watch));
}

/** Waits for a line as long as the caller waits. One that is opened later is closed at once. */
async function inTime(opening: Promise<Line>, until: EpochMs | null): Promise<Line | "late"> {
  if (until === null) return opening;
  const late = Promise.withResolvers<"late">();
  const timer = setTimeout(() => late.resolve("late"), Math.max(0, until - Date.now()));
  try {
    const line = await Promise.race([opening, late.promise]);
    if (line === "late") closeLate(opening);
    return line;
  } finally {
    clearTimeout(timer);
  }
}

function closeLate(opening: Promise<Line>): void {
  opening.then(
    (line) => line.close(),
    (cause: unknown) => logWarning("watch.late_line", { message: String(cause) }),
  );
}

/** State changes are told as they happen, progress is not: an answer at the end shows the newest. */
async function* lastLook(line: Line, watch: Watch): AsyncGenerator<Told, void> {
  if (watch.want !== "end") return;
  line.say(NOW);
  const said = await line.next(after(epochMs(Date.now()), LAST_LOOK_MS));
  if (typeof said === "object") yield JSON.parse(said.text) as Told;
}

/** Whether the object hangs up after this: as `Waiters` does. */
function isLastWord({ want }: Watch, told: Told): boolean {
  if ("events" in told) return told.final;
  return want === "move" || isFinalStatus(told.snapshot.status);
}

function movedOn(watch: Watch, told: Told): Watch {
  if (watch.want !== "events" || !("events" in told)) return watch;
  return { ...watch, after: told.events.at(-1)?.seq ?? watch.after };
}

async function restBefore(broken: number, until: EpochMs | null): Promise<void> {
  const ms = Math.min(REST_MS_MIN * 2 ** (broken - 1), REST_MS_MAX) * (0.5 + Math.random());
  await scheduler.wait(until === null ? ms : Math.min(ms, Math.max(0, until - Date.now())));
}

/** A timer may come a moment early: what is left then is no time to open another line. */
function isOver(until: EpochMs | null): boolean {
  return until !== null && Date.now() >= until - TIMER_SLACK_MS;
}

function isGone(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
