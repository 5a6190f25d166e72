import { type DurationMs, minutes, seconds } from "../../lang/time.ts";

/** The clockwork of one job. Every job carries its own, so that a new setting changes no old job. */
export type Timings = {
  /** A message that was sent and not claimed is sent again after this, doubling… */
  readonly sendAgainMs: DurationMs;
  /** …up to this. */
  readonly sendAgainMsMax: DurationMs;
  /** How long a consumer may be silent before its attempt counts as lost. */
  readonly leaseMs: DurationMs;
  /** How often a consumer says that it is at work: one word may get lost before the lease is over. */
  readonly extendEveryMs: DurationMs;
  /**
   * The same for an attempt that runs in the job's own object. It is shorter because the object knows
   * what it holds: when it fires in time, the object extends it; after a crash it fires and rescues.
   */
  readonly guardMs: DurationMs;
  /** After the deadline an answer is still taken for this long. */
  readonly graceMs: DurationMs;
};

/** Design, section 4. */
export const TIMINGS: Timings = {
  sendAgainMs: seconds(15),
  sendAgainMsMax: minutes(5),
  leaseMs: seconds(30),
  extendEveryMs: seconds(20),
  guardMs: seconds(15),
  graceMs: seconds(5),
};
