import { describe, expect, test } from "vitest";
import {
  CALLBACK_EVENTS,
  DEFAULT_CALLBACK_EVENTS,
  eventFault,
  isCallbackEvent,
} from "../../../src/core/callback/callback-events.ts";

describe("a callback", () => {
  test.each([
    { profile: "standard", type: "job.succeeded", isTold: true },
    { profile: "standard", type: "artifact.created", isTold: true },
    { profile: "states", type: "job.succeeded", isTold: true },
    { profile: "states", type: "artifact.created", isTold: false },
    { profile: "standard", type: "job.progress", isTold: false },
    { profile: "standard", type: "job.suceeded", isTold: false },
    { profile: "standard", type: "", isTold: false },
  ] as const)("of the profile $profile, told of $type: $isTold", ({ profile, type, isTold }) => {
    expect(isCallbackEvent(profile, type)).toBe(isTold);
  });

  test.each(["standard", "states"] as const)("may be told of what is usual: %s", (profile) => {
    expect(CALLBACK_EVENTS[profile]).toEqual(
      expect.arrayContaining([...DEFAULT_CALLBACK_EVENTS[profile]]),
    );
  });
});

test("a callback is told of questions and the end, or of every change of state, unless it says so", () => {
  expect(DEFAULT_CALLBACK_EVENTS.standard).toEqual([
    "job.waiting",
    "job.succeeded",
    "job.failed",
    "job.timed_out",
    "job.dead",
    "job.cancelled",
  ]);
  expect(DEFAULT_CALLBACK_EVENTS.states).toEqual(CALLBACK_EVENTS.states);
});

test("a fault names every event that the profile knows", () => {
  expect(eventFault("states")).toBe(
    "Must be one of job.queued, job.running, job.retry_scheduled, job.waiting, job.resumed, " +
      "job.succeeded, job.failed, job.timed_out, job.dead, job.cancelled",
  );
  expect(eventFault("standard")).toBe(`${eventFault("states")}, artifact.created`);
});
