import type { ChannelCall } from "../../channels/channel-call.ts";
import type { Saying } from "../../channels/telling.ts";
import type { Seat } from "../../core/channel/seat.ts";
import type { NoteDelivery } from "../../core/job/command.ts";
import type { JobId } from "../../core/job/job.ts";

/** A delivery in the hands of whoever makes it: all that it takes. */
export type ClaimedDelivery = ClaimedPost | ClaimedSaying;

/** What every delivery has. */
type Common = {
  readonly job: JobId;
  /** Scheme and host that the job's caller used: a callback does not lead back there. */
  readonly origin: string;
  readonly endpoint: number;
  readonly seq: number;
  readonly attempt: number;
};

/** A call of a channel's API. */
export type ClaimedSaying = Common & {
  readonly kind: "saying";
  readonly saying: Saying<Seat>;
  readonly call: ChannelCall;
  /** The job's artifacts that go along, by name: where the store has them. */
  readonly artifacts: { readonly [name: string]: string };
};

/** A POST to a URL. */
export type ClaimedPost = Common & {
  /** Older objects do not say. */
  readonly kind?: "post";
  readonly id: string;
  readonly url: string;
  /** The name of a secret; `null` = the gateway's own. */
  readonly secret: string | null;
  readonly traceparent: string | null;
  readonly body: string;
  /** It was asked for by hand: an endpoint that is switched off is tried, to see whether it is back. */
  readonly isResent: boolean;
};

/** How it went. */
export type DeliveryNote = Omit<NoteDelivery, "kind" | "jitter">;
