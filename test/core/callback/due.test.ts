import { expect, test } from "vitest";
import { dueDelivery } from "../../../src/core/callback/due.ts";
import type { Endpoint } from "../../../src/core/callback/endpoint.ts";
import { aDelivery, anEndpoint } from "../../support/a-callback.ts";
import { aJob, aState, at } from "../../support/a-job.ts";

const [first, second] = [aDelivery(), aDelivery({ seq: 2, type: "job.running" })];
const owed = [first, second];

function due(over: Partial<Endpoint>, number = 1) {
  const endpoints = [anEndpoint(over)];
  return dueDelivery(aJob(aState.running(), { endpoints }), number, at(1000));
}

test.each([
  { what: "is on its way", next: { kind: "sent", sends: 1, sendAgainAt: at(15_000) } as const },
  { what: "has rested", next: { kind: "resting", retryAt: at(1000) } as const },
])("the first of what is owed is due where it $what", ({ next }) => {
  expect(due({ owed, next })).toEqual({
    endpoint: anEndpoint({ owed, next }),
    delivery: first,
  });
});

test.each([
  { what: "the first one rests", over: { owed, next: { kind: "resting", retryAt: at(1001) } } },
  { what: "nothing is owed", over: {} },
] as const)("nothing is due where $what", ({ over }) => {
  expect(due(over)).toBeNull();
});

test("nothing is due to an endpoint that is none", () => {
  expect(due({ owed, next: { kind: "sent", sends: 1, sendAgainAt: at(1) } }, 2)).toBeNull();
});
