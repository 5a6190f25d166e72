import type { Answered } from "../core/ask/ask.ts";
import type { AskForm } from "../core/ask/ask-form.ts";
import type { SeatMemory } from "../core/channel/seat.ts";
import type { Snapshot } from "../core/job/snapshot.ts";
import type { EpochMs } from "../lang/time.ts";

/** One thing that a seat is to be told. */
export type Telling = {
  /**
   * Why now: it is over, it asks something, somebody has answered that, how far it is, or the seat can
   * soon not be told any more.
   */
  readonly about: "end" | "question" | "answered" | "progress" | "late";
  /** The job as of the event; where that matters for its moment only, as it is now. */
  readonly snapshot: Snapshot;
  /** What it asks; `null` unless that is what it is about. */
  readonly question: Question | null;
  /** What was answered; `null` unless that is what it is about. */
  readonly answered: AnsweredQuestion | null;
  /** Calls that the telling has taken so far: 0 for the first one. */
  readonly part: number;
  /** This very part was tried before, and nobody heard that it was taken. */
  readonly isRetry: boolean;
  /** A call for this very part was begun before, and nobody knows how it ended. */
  readonly isUnsure: boolean;
};

export type Question = { readonly waitId: string; readonly form: AskForm };

/** A question that is over, with what somebody said to it. */
export type AnsweredQuestion = Pick<Answered, "action" | "values" | "by"> & {
  /** `null` = it is so long ago that it is not at hand. */
  readonly form: AskForm | null;
};

/** What a channel needs to know to say it. */
export type Saying<Seat> = {
  readonly telling: Telling;
  readonly seat: Seat;
  readonly memory: SeatMemory;
  /** Where the channel's own API is, without a slash at its end, and whether the gateway has a bot's token. */
  readonly api: { readonly base: string; readonly hasBot: boolean };
  readonly now: EpochMs;
};
