import { describe, expect, test } from "vitest";
import { finished, type Server, useServer } from "./support.ts";

const one = "plugins: { lab: { concurrency: 1 } }";
const three = "plugins: { lab: { concurrency: 3 } }";

type Span = { readonly id: unknown; readonly from: number; readonly to: number };

/** When the job's attempt ran, by the server's own clock. */
async function spanOf(server: Server, jobId: unknown): Promise<Span> {
  const { started_at: from, finished_at: to } = await finished(server, jobId);
  return { id: jobId, from: Date.parse(String(from)), to: Date.parse(String(to)) };
}

/** The most that ever ran at one instant. */
function mostAtOnce(spans: readonly Span[]): number {
  const atOnce = spans.map(
    ({ from }) => spans.filter((other) => other.from <= from && from < other.to).length,
  );
  return Math.max(...atOnce);
}

describe.each(["object", "consumer"] as const)("jobs of a plugin, run by the %s", (runner) => {
  const variables = { HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner };

  describe("without a limit", () => {
    const server = useServer(variables);

    test("50 that change its state at once lose no update of each other's", async () => {
      const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);

      const answers = await Promise.all(
        keys.map((key) =>
          server.trigger("lab/remember", { payload: { updates: { [key]: key } }, wait: 60 }),
        ),
      );

      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
      const { body } = await server.trigger("lab/remember", { payload: { updates: {} }, wait: 20 });
      expect((body["result"] as { output: object }).output).toEqual(
        Object.fromEntries(keys.map((key) => [key, key])),
      );
      const replaced = { updates: { only: 1 }, replace: true };
      await server.trigger("lab/remember", { payload: replaced, wait: 20 });
      const after = await server.trigger("lab/remember", { payload: { updates: {} }, wait: 20 });
      expect(after.body).toMatchObject({ result: { output: { only: 1 } } });
    });
  });

  describe("one at a time", () => {
    const server = useServer(variables, null, { config: one });

    test("run in the order in which they came, and those who wait say so", async () => {
      const ids: unknown[] = [];
      for (let index = 0; index < 8; index += 1) {
        const path = index % 2 === 0 ? "lab/sleep" : "lab/work";
        const { body } = await server.trigger(path, { payload: { ms: 150 } });
        ids.push(body["job_id"]);
      }
      const last = await server.get(`/jobs/${ids.at(-1)}`);
      expect(last.body).toMatchObject({ status: "queued", waits_for: "slot", started_at: null });

      const spans = await Promise.all(ids.map((id) => spanOf(server, id)));

      expect(mostAtOnce(spans)).toBe(1);
      expect(spans.toSorted((left, right) => left.from - right.from)).toEqual(spans);
    });

    test("50 with state at once run one by one as well, and lose nothing", async () => {
      const keys = Array.from({ length: 50 }, (_, index) => `key-${index}`);
      const answers = await Promise.all(
        keys.map((key) =>
          server.trigger("lab/remember", { payload: { updates: { [key]: key } }, wait: 60 }),
        ),
      );

      const spans = await Promise.all(answers.map(({ body }) => spanOf(server, body["job_id"])));
      const inOrder = spans.toSorted((left, right) => left.from - right.from || left.to - right.to);
      for (const [index, { from }] of inOrder.entries()) {
        expect(from).toBeGreaterThanOrEqual(inOrder[index - 1]?.to ?? 0);
      }
      const { body } = await server.trigger("lab/remember", { payload: { updates: {} }, wait: 20 });
      expect(body).toMatchObject({
        result: { output: Object.fromEntries(keys.map((key) => [key, key])) },
      });
    });

    test("a cancelled one gives its place, or its slot, to the next", async () => {
      const trigger = async () => {
        const { body } = await server.trigger("lab/sleep", { payload: { ms: 60_000 } });
        return body["job_id"];
      };
      const [running, waiting] = [await trigger(), await trigger()];
      const next = server.trigger("lab/echo", { payload: { text: "mine" }, wait: 30 });

      for (const id of [waiting, running]) {
        expect(await server.call(`/jobs/${id}/cancel`, { method: "POST" })).toMatchObject({
          body: { status: "cancelled" },
        });
      }

      expect(await next).toMatchObject({ status: 200, body: { result: { text: "mine" } } });
    });

    test("one that rests before its retry leaves its slot to others", async () => {
      const payload = { failures: 1, retry_after_ms: 60_000 };
      const resting = await server.trigger("lab/flaky", { payload });

      expect(await server.trigger("lab/echo", { wait: 30 })).toMatchObject({ status: 200 });
      expect(await server.get(`/jobs/${resting.body["job_id"]}`)).toMatchObject({
        body: { waits_for: "retry" },
      });
    });
  });

  describe("three at a time", () => {
    const server = useServer(variables, null, { config: three });

    test("never run more than three, and all of them in the end", async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => server.trigger("lab/sleep", { payload: { ms: 80 } })),
      );

      const spans = await Promise.all(answers.map(({ body }) => spanOf(server, body["job_id"])));

      expect(mostAtOnce(spans)).toBeLessThanOrEqual(3);
      expect(spans).toHaveLength(20);
    });
  });
});
