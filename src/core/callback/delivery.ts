import type { DurationMs, EpochMs } from "../../lang/time.ts";
import type { EventType } from "../job/event.ts";
import type { CallbackState } from "./callback-state.ts";

/** One event's way to one endpoint. */
export type Delivery = {
  /** The number of the event. */
  readonly seq: number;
  readonly type: EventType;
  /** For a receiver of states: the change that the event is. */
  readonly change: StateChange | null;
  /** Attempts so far, in all. */
  readonly attempts: number;
  /** Those of them that were made before it was last asked for again: the retries begin anew. */
  readonly attemptsBefore: number;
  /** It was asked for again, by hand. */
  readonly isResent: boolean;
  /** Calls that are behind it, where a seat is told in several; else 0. */
  readonly part: number;
  /** In which attempt a call that must not be made twice was begun, while nobody has said how it ended. */
  readonly begunAttempt: number | null;
  readonly last: DeliveryAttempt | null;
};

export type StateChange = {
  readonly state: CallbackState;
  readonly previous: CallbackState | null;
};

/** How one attempt to deliver went. */
export type DeliveryAttempt = {
  readonly at: EpochMs;
  readonly durationMs: DurationMs;
  /** What the receiver answered; `null` = nothing. */
  readonly status: number | null;
  /** `null` = it was delivered. */
  readonly error: DeliveryError | null;
  /** The beginning of the answer's body, for the reader. */
  readonly response: string | null;
};

export type DeliveryError =
  /** The answer was no 2xx. */
  | "http_status"
  /** The answer led elsewhere, where nothing is sent. */
  | "redirect"
  /** No answer in time. */
  | "timeout"
  /** There was no connection, or it broke. */
  | "unreachable"
  /** 410: the receiver wants nothing more of this job. */
  | "gone"
  /** The guard of outgoing URLs does not let it through any more. */
  | "url_not_allowed"
  /** The channel does not take anything more there, and there is no other way. */
  | "expired"
  /** The channel wants to be left alone for a while. */
  | "rate_limited"
  /** The secret to sign it with is not set. */
  | "no_secret"
  /** The endpoint was gone, or failed for days: nothing is sent there, of any job. */
  | "switched_off"
  /** What was to be sent could not be made here. */
  | "internal";

/** A delivery that is over, one way or the other. */
export type Settled = Delivery & {
  /** 1, 2, 3… within the job. */
  readonly number: number;
  readonly endpoint: number;
  readonly state: "delivered" | "failed";
  readonly settledAt: EpochMs;
};
