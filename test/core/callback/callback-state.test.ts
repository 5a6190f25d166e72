import { expect, test } from "vitest";
import { type CallbackState, callbackStateOf } from "../../../src/core/callback/callback-state.ts";
import type { EventType } from "../../../src/core/job/event.ts";

const STATES = {
  "job.queued": "queued",
  "job.progress": null,
  "job.output": null,
  "job.retry_scheduled": "queued",
  "job.waiting": "waiting",
  "job.resumed": null,
  "job.succeeded": "done",
  "job.failed": "failed",
  "job.timed_out": "failed",
  "job.dead": "failed",
  "job.cancelled": "cancelled",
  "artifact.created": null,
  "callback.delivered": null,
  "callback.failed": null,
} satisfies Record<Exclude<EventType, "job.running">, CallbackState | null>;

test.each(Object.entries(STATES))("%s brings a job to %s", (type, state) => {
  expect(callbackStateOf({ type: type as EventType, data: { phase: "loading" } })).toBe(state);
});

test.each(["loading", "working"])("job.running brings a job to its phase: %s", (phase) => {
  expect(callbackStateOf({ type: "job.running", data: { phase } })).toBe(phase);
});
