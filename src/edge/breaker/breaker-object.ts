// By file: the package's index does not load in tests.

import { createDurable } from "itty-durable/itty-durable.js";
import {
  type Admission,
  admit,
  type Breaker,
  heard,
  NEW_BREAKER,
  reset,
} from "../../core/breaker/breaker.ts";
import type { JobEnd } from "../../core/breaker/job-end.ts";
import type { JobId } from "../../core/job/job.ts";
import type { BreakerPolicy } from "../../core/plugin/plugin-settings.ts";
import { clock } from "../clock.ts";

type Stored = { readonly breaker: Breaker };

/**
 * The breaker of one plugin command, named `plugin/command`: one small document on itty-durable (ADR
 * 0005). It is loaded before a method runs, and stored only where a method changes it: a breaker that
 * is merely asked writes no row. Whoever can fetch it can call every method, so nobody but the gateway
 * is bound to it, and `breakers.ts` alone calls it. Arguments travel in a header: small, ASCII.
 *
 * The base class has `reset` and `state` of its own, which must not be taken for other things; what the
 * platform binds is in `this.state.env` alone.
 */
export class BreakerObject extends createDurable() {
  /** All that is stored. */
  breaker: Breaker = NEW_BREAKER;

  async look(): Promise<Stored> {
    return { breaker: this.breaker };
  }

  /** Whether a job may start. Asked twice for one job, it answers the same. */
  async admit(job: JobId, policy: BreakerPolicy): Promise<Admission> {
    const admission = admit(this.breaker, job, { policy, now: clock() });
    await this.keep(admission.breaker);
    return admission;
  }

  /** Takes in how a job ended. Counts a failure each time it is told of it: tell it once. */
  async hear(end: JobEnd, policy: BreakerPolicy): Promise<Stored> {
    return this.keep(heard(this.breaker, end, policy));
  }

  /** Closes it by hand. */
  async close(): Promise<Stored> {
    return this.keep(reset(this.breaker, clock()));
  }

  async keep(breaker: Breaker): Promise<Stored> {
    if (breaker !== this.breaker) {
      this.breaker = breaker;
      await this.persist();
    }
    return { breaker };
  }
}
