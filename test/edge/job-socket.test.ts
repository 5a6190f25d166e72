import { expect, test } from "vitest";
import { ONLY_STEP } from "../../src/core/job/step.ts";
import { aBatch, anEnd, aSuccess } from "../support/a-command.ts";
import { CLAIM, newObject, submit } from "./support.ts";
import { call } from "./watchers.ts";

/** Six characters each in JSON: the most that a piece of text can become. */
const LONG_TEXT = "\u0001".repeat(65_536);

type Part = { readonly seqs: readonly number[]; readonly code: number };

async function socketPart(id: string, after: number): Promise<Part> {
  const headers = { upgrade: "websocket" };
  const { webSocket } = await call(`/jobs/${id}/ws?after=${after}`, { headers });
  if (webSocket === null) throw new Error("No socket");
  const seqs: number[] = [];
  const closed = Promise.withResolvers<number>();
  webSocket.addEventListener("message", ({ data }) => {
    seqs.push(JSON.parse(String(data)).seq);
  });
  webSocket.addEventListener("close", ({ code }) => closed.resolve(code));
  webSocket.accept();
  return { code: await closed.promise, seqs };
}

test("a socket is sent so much of a backlog, and its reader comes back for the rest", async () => {
  const object = newObject();
  await submit(object);
  await object.job.claim(CLAIM);
  for (let number = 1; number <= 50; number += 1) {
    const batch = aBatch({ number, progress: null, text: LONG_TEXT });
    await object.job.progress(ONLY_STEP, CLAIM.token, batch);
  }
  await object.job.report(ONLY_STEP, CLAIM.token, anEnd(aSuccess));

  const first = await socketPart(object.id, 0);
  const rest = await socketPart(object.id, first.seqs.at(-1) ?? 0);

  expect([first.code, rest.code]).toEqual([1013, 1000]);
  expect([...first.seqs, ...rest.seqs]).toEqual(Array.from({ length: 54 }, (_, at) => at + 1));
});
