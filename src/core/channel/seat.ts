import type { DurationMs, EpochMs } from "../../lang/time.ts";
import type { MayAnswer } from "./channel-settings.ts";

/**
 * A place in a channel that a job speaks to: an endpoint like any other, with an order, retries and a
 * ledger, but told in words and within the channel's limits. Set when the job is submitted.
 */
export type Seat = DiscordSeat | SlackSeat;

/** What any seat has. */
type Common = {
  /** Until then the acknowledgement is open, and the answer may go with it. */
  readonly ackUntil: EpochMs;
  readonly userId: string;
  readonly answers: MayAnswer;
};

export type DiscordSeat = Common & {
  readonly kind: "discord";
  readonly applicationId: string;
  /** Of the interaction that is answered: a secret while it lives, worth nothing afterwards. */
  readonly token: string;
  /** When the interaction was made: its token lives from then on. */
  readonly tokenAt: EpochMs;
  readonly tokenLifeMs: DurationMs;
  readonly channelId: string | null;
  readonly isEphemeral: boolean;
  readonly longText: "messages" | "file";
  readonly mentions: "none" | "users";
  /** Of one file, as Discord says for the place. */
  readonly fileBytesMax: number;
  /** Messages after the first one: 5 where only the user has installed the application; `null` = any. */
  readonly followUpsMax: number | null;
};

export type SlackSeat = Common & {
  readonly kind: "slack";
  /** A secret while it lives; `null` = there is none (events), and the bot has to speak. */
  readonly responseUrl: string | null;
  readonly urlAt: EpochMs;
  readonly urlLifeMs: DurationMs;
  /**
   * Whether what the url shows first takes the place of our acknowledgement. Where the sender saw none
   * (shortcuts), the url would have us replace somebody else's message, so that all it shows is new.
   */
  readonly isAcknowledged: boolean;
  readonly channelId: string | null;
  /** The thread to answer in; `null` = the channel itself. */
  readonly threadTs: string | null;
  readonly response: "in_channel" | "ephemeral";
};

/** What of a seat is new when somebody there has pressed a button: a way that is open from now on. */
export type SeatRefresh =
  | Pick<DiscordSeat, "kind" | "token" | "tokenAt" | "ackUntil">
  | Pick<SlackSeat, "kind" | "responseUrl" | "urlAt" | "ackUntil" | "isAcknowledged">;

/** What is remembered of speaking to a seat. */
export type SeatMemory = {
  /** When something was last said, or progress was to be in vain; `null` = nothing but the acknowledgement. */
  readonly saidAt: EpochMs | null;
  /** When something that is only good for its moment was last not worth a call; `null` = never. */
  readonly skippedAt: EpochMs | null;
  /** The channel wants to hear nothing before; `null` = whenever. */
  readonly notBefore: EpochMs | null;
  /** Discord: messages after the first one. Slack: times that the response_url was used, also in vain. */
  readonly uses: number;
  /** The token or response_url leads nowhere any more: only the bot can speak. */
  readonly isWayClosed: boolean;
  /** What the bot has written, so that it can be edited; `null` = nothing. */
  readonly botMessage: { readonly channel: string; readonly id: string } | null;
  /** Slack: a new message of the bot's, of which nobody knows yet whether it arrived. */
  readonly posting: Posting | null;
  /** A file that is on its way (Slack uploads in three calls). */
  readonly upload: { readonly id: string; readonly url: string } | null;
  /** Slack: the part at which it took no file for good. From there on messages say the rest. `null` = it takes them. */
  readonly filesRefusedAt: number | null;
  /** Discord: what it does not take, so that the same is said another way. */
  readonly refused: readonly SeatRefusal[];
};

/** Which part of what was told as of which event, and when the call was made. */
type Posting = { readonly seq: number; readonly part: number; readonly at: EpochMs };

export type SeatRefusal =
  /** The first message is not there any more: whoever asked has dismissed it. */
  | "original"
  /** Files: of what is told now. */
  | "files"
  /** Messages after the first one. */
  | "follow_ups";

/** What one call changes of it. */
export type SeatNews = Partial<SeatMemory>;

export const NOTHING_SAID: SeatMemory = {
  saidAt: null,
  skippedAt: null,
  notBefore: null,
  uses: 0,
  isWayClosed: false,
  botMessage: null,
  posting: null,
  upload: null,
  filesRefusedAt: null,
  refused: [],
};

/** How the talk with a seat stands. */
export type Talk = {
  readonly memory: SeatMemory;
  /** The acknowledgement is open until then, and nothing else is said; `null` = it has been given. */
  readonly heldUntil: EpochMs | null;
  /** The event that was told with the acknowledgement; `null` = none was. */
  readonly inlineSeq: number | null;
  /** It was said, or need not be, that the job takes longer than the channel waits. */
  readonly isWarned: boolean;
};
