import { ok, refuse } from "../../lang/result.ts";
import { after, type EpochMs } from "../../lang/time.ts";
import type { SeatNews } from "../channel/seat.ts";
import { againAt } from "../channel/seat-times.ts";
import { isAwaited, isPassing, isSeat, withNews } from "../channel/talk.ts";
import type { NoteDelivery } from "../job/command.ts";
import type { Decided } from "../job/decision.ts";
import type { Job } from "../job/job.ts";
import { statusOf } from "../job/status.ts";
import { retryDelayMs } from "../retry/retry.ts";
import type { Delivery } from "./delivery.ts";
import type { Endpoint, Resting } from "./endpoint.ts";
import { nextOf } from "./next.ts";
import { type End, givenUp, settled, withoutFirst } from "./settled.ts";
import type { Verdict } from "./verdict.ts";
import { findEndpoint, withEndpoint } from "./with-endpoint.ts";

/**
 * An attempt to deliver has ended: the delivery is in the ledger, or rests until it is tried again. Word
 * of an attempt that is not the one to come is late or doubled, and changes nothing.
 */
export function onNoteDelivery(job: Job, command: NoteDelivery, now: EpochMs): Decided {
  const endpoint = findEndpoint(job, command.endpoint);
  const head = endpoint?.owed[0];
  const isCurrent = head?.seq === command.seq && head.attempts + 1 === command.attempt;
  if (endpoint === undefined || head === undefined || !isCurrent) {
    return refuse({ code: "stale_delivery", status: statusOf(job) });
  }
  const tried: Delivery = { ...head, attempts: command.attempt, last: command.last };
  const delivery = closesWay(endpoint, command)
    ? { ...tried, attemptsBefore: tried.attempts }
    : tried;
  const known = isSeat(endpoint) ? withNews(endpoint, command.news) : endpoint;
  return ok({ job: noted(job, { ...known, delivery }, { command, now }), effects: [] });
}

/**
 * What was said for its moment is over, however it went. Where it could not be said the next one rests as
 * well: a channel in trouble is not to be flooded; and where it was not worth a call, for longer.
 */
function newsOfPassing({ verdict, last }: NoteDelivery, now: EpochMs): SeatNews {
  if (verdict.kind === "failed") return { saidAt: now };
  return last.status === null ? { skippedAt: now } : {};
}

/** Where one way to a seat is closed, the other one has attempts of its own. It happens once. */
function closesWay({ talk }: Endpoint, { news }: NoteDelivery): boolean {
  return talk?.memory.isWayClosed === false && news.isWayClosed === true;
}

type Tried = Endpoint & { readonly delivery: Delivery };

function noted(
  job: Job,
  { delivery, ...endpoint }: Tried,
  { command, now }: { readonly command: NoteDelivery; readonly now: EpochMs },
): Job {
  const { verdict } = command;
  const end = { delivery, now };
  if (isSeat(endpoint) && isPassing(delivery)) {
    return withoutFirst(job, withNews(endpoint, newsOfPassing(command, now)), now);
  }
  switch (verdict.kind) {
    case "delivered":
      return over(job, endpoint, { ...end, state: "delivered" });
    case "more": {
      const { attempts, part } = delivery;
      // The attempts of the next part begin anew.
      const rest = { ...delivery, part: part + 1, begunAttempt: null, attemptsBefore: attempts };
      const left = { ...endpoint, owed: [rest, ...endpoint.owed.slice(1)] };
      return withEndpoint(job, { ...left, next: nextOf(job, left, now) });
    }
    case "gone": {
      const gone: Endpoint = { ...endpoint, isGone: true };
      const failed = settled(job, gone, { ...end, state: "failed" });
      return givenUp(failed, failed.endpoints[gone.number - 1] as Endpoint, now);
    }
    case "failed": {
      const next = restOf({ ...endpoint, delivery }, verdict, { jitter: command.jitter, now });
      if (next === null) return over(job, endpoint, { ...end, state: "failed" });
      const rest = isRefusedOnce(delivery) ? { ...delivery, begunAttempt: null } : delivery;
      return withEndpoint(job, { ...endpoint, owed: [rest, ...endpoint.owed.slice(1)], next });
    }
  }
}

/** Of what a seat is told, the ledger has what somebody waits for. */
function over(job: Job, endpoint: Endpoint, end: End): Job {
  const isBrief = isSeat(endpoint) && !isAwaited(end.delivery);
  return isBrief ? withoutFirst(job, endpoint, end.now) : settled(job, endpoint, end);
}

/**
 * Whoever answers like that has taken nothing: the same call may be made again. It says nothing about a
 * call of an earlier attempt.
 */
function isRefusedOnce({ last, attempts, begunAttempt }: Delivery): boolean {
  const status = begunAttempt === attempts ? (last?.status ?? null) : null;
  return status !== null && status >= 400 && status < 500 && status !== 408;
}

/** The rest before the next attempt; `null` when there is none. */
function restOf(
  { delivery, retry, seat }: Tried,
  { retryable, restMs }: Extract<Verdict, { readonly kind: "failed" }>,
  { jitter, now }: { readonly jitter: number; readonly now: EpochMs },
): Resting | null {
  const round = delivery.attempts - delivery.attemptsBefore;
  if (!retryable || round >= retry.maxAttempts) return null;
  // Whoever asks for a rest has it, whatever is closed meanwhile.
  if (restMs !== null) return { kind: "resting", retryAt: after(now, restMs) };
  const retryAt = after(now, retryDelayMs(retry, round, jitter));
  return { kind: "resting", retryAt: seat === null ? retryAt : againAt(seat, retryAt, now) };
}
