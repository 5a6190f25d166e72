import type { NoteDelivery } from "../../core/job/command.ts";
import type { JobId } from "../../core/job/job.ts";

/** A delivery in the hands of whoever POSTs it: all that it takes. */
export type ClaimedDelivery = {
  readonly id: string;
  readonly job: JobId;
  /** Scheme and host that the job's caller used: a callback does not lead back there. */
  readonly origin: string;
  readonly endpoint: number;
  readonly seq: number;
  readonly attempt: number;
  readonly url: string;
  /** The name of a secret; `null` = the gateway's own. */
  readonly secret: string | null;
  readonly traceparent: string | null;
  readonly body: string;
  /** It was asked for by hand: an endpoint that is switched off is tried, to see whether it is back. */
  readonly isResent: boolean;
};

/** How it went. */
export type DeliveryNote = Pick<NoteDelivery, "endpoint" | "seq" | "attempt" | "verdict" | "last">;
