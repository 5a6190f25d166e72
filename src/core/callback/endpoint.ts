import type { EpochMs } from "../../lang/time.ts";
import type { Seat, Talk } from "../channel/seat.ts";
import type { EventType } from "../job/event.ts";
import type { RetryPolicy } from "../retry/retry.ts";
import type { CallbackState } from "./callback-state.ts";
import type { Delivery } from "./delivery.ts";

/** What a POST to a URL looks like: the job's snapshot at its events, or one word at each change of its state. */
export type WebProfile = "standard" | "states";

/** In what form an endpoint is told: a seat is told in words. */
export type CallbackProfile = WebProfile | Seat["kind"];

/** What somebody who wants to be called has said, with every default filled in. */
export type Callback = {
  /** Of a seat, only a name for it: where it is told follows from the seat. */
  readonly url: string;
  readonly profile: CallbackProfile;
  /** What it is told of. */
  readonly events: readonly EventType[];
  /** The name of the secret that its deliveries are signed with; `null` = the gateway's own. */
  readonly secret: string | null;
  /** How often one delivery is tried, and the rests in between. */
  readonly retry: RetryPolicy;
  /** A place in a channel; `null` = a URL. */
  readonly seat: Seat | null;
};

/** Each has an order of its own, and every change of the job looks at all of them. */
export const ENDPOINTS_MAX = 10;

/** One receiver of a job, and what it is owed. */
export type Endpoint = Callback & {
  /** 1, 2, 3… within the job. */
  readonly number: number;
  /** The newest state that a receiver of states knows, or is on its way to know. */
  readonly knownState: CallbackState | null;
  /** How the talk with a seat stands; `null` = a URL. */
  readonly talk: Talk | null;
  /** It answered 410: it wants nothing more of this job. */
  readonly isGone: boolean;
  /** In the order in which it is told; the first is on its way. */
  readonly owed: readonly Delivery[];
  /** How the first one gets on; `null` while nothing is owed. */
  readonly next: Sent | Resting | null;
};

/** Handed to the queue. Until somebody says how it went, the message is owed. */
export type Sent = {
  readonly kind: "sent";
  /** Messages sent for it so far, from 1. */
  readonly sends: number;
  /** When one is sent again: later than the longest delivery takes. */
  readonly sendAgainAt: EpochMs;
};

/** The last attempt failed; the next one is due at `retryAt`. */
export type Resting = { readonly kind: "resting"; readonly retryAt: EpochMs };
