import { deliveryId } from "../../src/core/callback/delivery-id.ts";
import { dueDelivery } from "../../src/core/callback/due.ts";
import { verdictOf } from "../../src/core/callback/verdict.ts";
import { decide } from "../../src/core/job/decide.ts";
import type { Job } from "../../src/core/job/job.ts";
import { slotUseOf } from "../../src/core/job/slot.ts";
import { wakeAt } from "../../src/core/job/wake-at.ts";
import { claimDedupe } from "../../src/core/key/dedupe.ts";
import { claimIdempotency } from "../../src/core/key/idempotency.ts";
import { laneWakeAt, startsOf, withNewcomer } from "../../src/core/lane/starts.ts";
import { merged } from "../../src/core/lane/state.ts";

/** For a whole job, though the core looks at its id alone: a wrong one might look at more. */
const deliveryIdOf: (job: Job, endpoint: number, seq: number) => string = deliveryId;

/** Every decision that the simulated shell asks the core for: a planted bug replaces one of them. */
export const CORE = {
  decide,
  wakeAt,
  slotUseOf,
  dueDelivery,
  deliveryIdOf,
  verdictOf,
  startsOf,
  withNewcomer,
  laneWakeAt,
  merged,
  claimIdempotency,
  claimDedupe,
};

export type Core = typeof CORE;
