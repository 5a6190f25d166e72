import { describe, expect, test } from "vitest";
import { type EventType, isFinalEvent, isStateEvent } from "../../../src/core/job/event.ts";

/** What each event is to the job that it is of (contract, section 5). */
const EVENTS = {
  "job.queued": "a move",
  "job.running": "a move",
  "job.progress": "no move",
  "job.output": "no move",
  "job.retry_scheduled": "a move",
  "job.waiting": "a move",
  "job.resumed": "a move",
  "job.succeeded": "its end",
  "job.failed": "its end",
  "job.timed_out": "its end",
  "job.dead": "its end",
  "job.cancelled": "its end",
  "artifact.created": "no move",
  "callback.delivered": "no move",
  "callback.failed": "no move",
} satisfies Record<EventType, "a move" | "no move" | "its end">;

describe("an event of a job", () => {
  test.each(Object.entries(EVENTS))("%s is %s", (type, what) => {
    const event = { type: type as EventType };

    expect(isStateEvent(event)).toBe(what !== "no move");
    expect(isFinalEvent(event)).toBe(what === "its end");
  });
});
