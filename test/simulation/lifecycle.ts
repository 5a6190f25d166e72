import type { StepState } from "../../src/core/job/step.ts";

type Status = StepState["status"];
type Before = Status | "absent";

/**
 * The published table of docs/lifecycle.md: where a step may go from each state by one commit. Staying is
 * always allowed where anything may happen without a move.
 */
const MAY_BECOME: { readonly [from in Before]: readonly Status[] } = {
  absent: ["delayed", "lined_up", "queued", "running"],
  delayed: ["lined_up", "queued", "running", "cancelled", "timed_out"],
  lined_up: ["queued", "running", "cancelled", "timed_out"],
  queued: ["running", "cancelled", "timed_out"],
  running: ["succeeded", "backing_off", "failed", "timed_out", "dead", "waiting", "cancelled"],
  waiting: ["lined_up", "queued", "running", "cancelled", "failed", "timed_out"],
  backing_off: ["lined_up", "queued", "running", "cancelled", "timed_out"],
  succeeded: [],
  failed: [],
  timed_out: [],
  dead: [],
  cancelled: [],
};

/** Every way from one state to another that is published, in words such as `queued -> running`. */
export const EDGES: readonly string[] = Object.entries(MAY_BECOME).flatMap(([from, targets]) =>
  targets.map((to) => `${from} -> ${to}`),
);

export function isPublished(from: Before, to: Status): boolean {
  return from === to || MAY_BECOME[from].includes(to);
}
