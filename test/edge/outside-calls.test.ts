import { evictDurableObject } from "cloudflare:test";
import { describe, expect, test } from "vitest";
import { attemptToken } from "../../src/core/job/step.ts";
import type { Outcome } from "../../src/core/plugin/outcome.ts";
import { epochMs } from "../../src/lang/time.ts";
import { anEnd, aSuccess } from "../support/a-command.ts";
import { aPlan, aSubmission } from "../support/a-job.ts";
import { CLAIM, crash, newObject, storedState, submit, type TestObject, until } from "./support.ts";

/** An attempt that a consumer has claimed, and that somebody outside is to complete. */
async function anAcceptedJob(): Promise<TestObject> {
  const object = newObject();
  await submit(object);
  await object.job.claim(CLAIM);
  const acceptance = { kind: "accepted", logs: [] } as const;
  await object.job.report(CLAIM.step, CLAIM.token, anEnd(acceptance));
  return object;
}

const said = (text: string) => ({ progress: null, text });

/** All the text that was told so far, page by page. */
async function textsOf({ job }: TestObject): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const { events = [], more } = (await job.events(after, 1000)) ?? {};
    for (const { type, data } of events) {
      if (type === "job.output") text += (data as { readonly text: string }).text;
    }
    after = events.at(-1)?.seq ?? after;
    if (!more) return text;
  }
}

test("whoever waits on the call is answered when somebody outside completes it first", async () => {
  const object = newObject();
  const until10s = epochMs(Date.now() + 10_000);
  const submission = aSubmission({
    id: object.id,
    plan: aPlan({ command: "hang", dispatch: "direct" }),
  });
  const waiting = object.job.submit(submission, until10s);
  await until(async () => (await storedState(object))?.status === "running");
  const state = await storedState(object);
  const token = state?.status === "running" ? state.token : attemptToken("none");

  expect(await object.job.complete(token, aSuccess)).toMatchObject({ ok: true });

  expect(await waiting).toMatchObject({ status: "succeeded" });
  expect(Date.now()).toBeLessThan(until10s);
});

describe("an attempt that is finished outside", () => {
  test.each([
    { what: "evicted", lose: ({ stub }: TestObject) => evictDurableObject(stub) },
    { what: "crashed", lose: crash },
  ])("goes on while its object is $what, and its text is told once", async ({ lose }) => {
    const object = await anAcceptedJob();
    await object.job.tell(CLAIM.token, said("one, "));
    await until(async () => (await textsOf(object)) === "one, ");

    await lose(object);
    expect(await object.job.snapshot()).toMatchObject({ status: "running", attempt: 1 });
    await object.job.tell(CLAIM.token, said("two, "));
    await until(async () => (await textsOf(object)) === "one, two, ");
    await lose(object);
    await object.job.tell(CLAIM.token, said("three"));
    const completed = await object.job.complete(CLAIM.token, aSuccess);

    expect(completed).toMatchObject({ ok: true, value: { status: "succeeded" } });
    expect(await textsOf(object)).toBe("one, two, three");
  });

  test("is completed once, whoever says it twice", async () => {
    const object = await anAcceptedJob();

    const answers = await Promise.all([
      object.job.complete(CLAIM.token, aSuccess),
      object.job.complete(CLAIM.token, aSuccess),
    ]);

    expect(answers.map(({ ok }) => ok).toSorted()).toEqual([false, true]);
    expect(await object.job.complete(CLAIM.token, aSuccess)).toMatchObject({
      ok: false,
      reason: { code: "stale_attempt", status: "succeeded" },
    });
  });

  test("that changes state without having declared it is refused, and may be mended", async () => {
    const object = await anAcceptedJob();
    const undeclared = { ...aSuccess, stateUpdates: { updates: { a: 1 }, replace: false } };

    expect(await object.job.complete(CLAIM.token, undeclared as Outcome)).toEqual({
      ok: false,
      reason: { code: "state_not_declared" },
    });
    expect(await object.job.complete(CLAIM.token, aSuccess)).toMatchObject({ ok: true });
  });

  test("takes text up to what an answer may hold, and no more", async () => {
    const object = await anAcceptedJob();
    const piece = said("x".repeat(65_536));
    for (let piecesLeft = 16; piecesLeft > 0; piecesLeft -= 1) {
      expect((await object.job.tell(CLAIM.token, piece)).ok).toBe(true);
    }

    expect(await object.job.tell(CLAIM.token, said("x"))).toEqual({
      ok: false,
      reason: { code: "output_too_long" },
    });
    expect((await object.job.complete(CLAIM.token, aSuccess)).ok).toBe(true);
    expect((await textsOf(object)).length).toBe(1_048_576);
  });

  test("is nothing to a token that was made up, or where there is no job", async () => {
    const object = await anAcceptedJob();
    const other = attemptToken("token-of-somebody");

    for (const answer of [
      await object.job.tell(other, said("x")),
      await object.job.complete(other, aSuccess),
    ]) {
      expect(answer).toMatchObject({ ok: false, reason: { code: "stale_attempt" } });
    }
    const nobody = newObject();
    for (const answer of [
      await nobody.job.tell(other, said("x")),
      await nobody.job.complete(other, aSuccess),
      await nobody.job.resubmission({ id: nobody.id, origin: "", traceparent: null }),
    ]) {
      expect(answer).toMatchObject({ ok: false, reason: { code: "job_not_found" } });
    }
    expect(await nobody.job.slotUse(CLAIM.step, 1)).toBeNull();
  });
});
