import { describe, expect, test } from "vitest";
import { eventsOf } from "./streams.ts";
import { useServer } from "./support.ts";

describe.each(["object", "consumer"] as const)(
  "work that is finished outside, run by the %s",
  (runner) => {
    const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner });

    /** A job that somebody must complete, and the token for it: the lab shows it. */
    async function taken(body: object = {}): Promise<{ jobId: unknown; token: string }> {
      const { body: job } = await server.trigger("lab/later", body);
      const jobId = job["job_id"];
      for (;;) {
        const { body: now } = await server.get(`/jobs/${jobId}`);
        const { message = "" } = (now["progress"] ?? {}) as { message?: string };
        const [, token] = /with the token (\S+)$/.exec(message) ?? [];
        if (token !== undefined) return { jobId, token };
      }
    }

    const say = (
      what: string,
      { jobId, token }: { jobId: unknown; token: string },
      body: unknown,
    ) =>
      server.call(`/jobs/${jobId}/${what}`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}` },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
    const ok = (fields: object) => ({ protocol: 1, status: "ok", ...fields });

    test("is told of on the way, and completed by whoever has the token", async () => {
      const job = await taken();
      const waiting = server.get(`/jobs/${job.jobId}/result?wait=20`);

      expect(await say("progress", job, { percent: 40, message: "cutting" })).toMatchObject({
        status: 200,
        body: { job_id: job.jobId, status: "running" },
      });
      expect(await say("progress", job, { text: "first, " })).toMatchObject({ status: 200 });
      expect(await say("progress", job, { text: "second" })).toMatchObject({ status: 200 });
      const logs = [{ level: "info", message: "cut" }];
      const completed = await say("complete", job, ok({ text: "done", output: { n: 1 }, logs }));

      expect(completed).toMatchObject({
        status: 200,
        body: { job_id: job.jobId, status: "succeeded" },
      });
      expect(await waiting).toMatchObject({
        status: 200,
        body: {
          result: { text: "done", output: { n: 1 } },
          progress: { percent: 40, message: "cutting" },
          attempts: [{ attempt: 1, outcome: "succeeded", logs }],
        },
      });
      const texts = (await eventsOf(server, job.jobId))
        .filter(({ type }) => type === "job.output")
        .map(({ data }) => data["text"]);
      expect(texts.join("")).toBe("first, second");
    });

    test("may fail like any other attempt, and is tried again", async () => {
      const job = await taken();
      const error = { code: "lens_dirty", message: "The lens is dirty" };
      const failure = { protocol: 1, status: "error", error, retry_after_ms: 60_000 };

      expect(await say("complete", job, failure)).toMatchObject({
        status: 200,
        body: { status: "queued" },
      });
      expect(await say("complete", job, ok({ text: "late" }))).toMatchObject({
        status: 409,
        body: { code: "stale_attempt" },
      });
      expect(await server.get(`/jobs/${job.jobId}`)).toMatchObject({
        body: {
          waits_for: "retry",
          attempts: [{ outcome: "failed", error: { ...error, category: "plugin_error" } }],
        },
      });
    });

    test("times out when nobody completes it", async () => {
      const job = await taken({ timeout: 0.4, max_attempts: 1 });

      expect(await server.get(`/jobs/${job.jobId}/result?wait=20`)).toMatchObject({
        status: 504,
        body: { code: "job_timed_out" },
      });
      expect(await say("complete", job, ok({ text: "late" }))).toMatchObject({ status: 409 });
      expect(await say("progress", job, { percent: 1 })).toMatchObject({ status: 409 });
    });

    test.each([
      { what: "progress", body: {}, code: "invalid_request" },
      { what: "progress", body: { percent: 101, mesage: "x" }, code: "invalid_request" },
      { what: "progress", body: { message: "x".repeat(1001) }, code: "invalid_request" },
      { what: "progress", body: { text: "x".repeat(65_537) }, code: "invalid_request" },
      { what: "complete", body: {}, code: "invalid_response" },
      { what: "complete", body: [], code: "invalid_response" },
      { what: "complete", body: { protocol: 1, status: "ok" }, code: "invalid_response" },
      {
        what: "complete",
        body: '{"protocol":1,"status":"ok","output":1e400}',
        code: "invalid_response",
      },
      { what: "complete", body: ok({ accepted: true }), code: "invalid_response" },
      {
        what: "complete",
        body: ok({ text: "a", wait: { for: "input" } }),
        code: "invalid_response",
      },
      { what: "complete", body: ok({ text: "a", state_updates: 1 }), code: "invalid_response" },
    ])("$what with $body is refused, and the attempt goes on", async ({ what, body, code }) => {
      const job = await taken();

      expect(await say(what, job, body)).toMatchObject({ status: 422, body: { code } });
      expect(await say("complete", job, ok({ text: "done" }))).toMatchObject({ status: 200 });
    });

    test("that breaks the protocol in many places is told of all of them", async () => {
      const job = await taken();
      const body = { protocol: 2, status: "done", text: 7, retry: "no", error: 7 };

      const answer = await say("complete", job, body);

      const errors = answer.body["errors"] as { readonly path: string }[];
      expect(answer).toMatchObject({ status: 422, body: { code: "invalid_response" } });
      expect(errors.map(({ path }) => path)).toEqual([
        "protocol",
        "status",
        "text",
        "error",
        "retry",
      ]);
    });

    test("is not lost for a log line that is none", async () => {
      const job = await taken();

      expect(await say("complete", job, ok({ text: "done", logs: ["hi"] }))).toMatchObject({
        status: 200,
        body: { status: "succeeded" },
      });
    });

    test("is nobody's business without the token", async () => {
      const job = await taken();
      const stranger = { ...job, token: "another" };

      for (const what of ["progress", "complete"]) {
        const path = `/jobs/${job.jobId}/${what}`;
        const naked = await server.call(path, { method: "POST", body: "{}" });
        expect(naked).toMatchObject({ status: 401, body: { code: "unauthorized" } });
        expect(naked.headers.get("www-authenticate")).toMatch(/^Bearer /);
        const body = what === "progress" ? { percent: 1 } : ok({ text: "mine" });
        expect(await say(what, stranger, body)).toMatchObject({ status: 409 });
        expect(await say(what, { ...job, jobId: "0".repeat(64) }, body)).toMatchObject({
          status: 404,
        });
      }
      expect(await say("complete", job, ok({ text: "done" }))).toMatchObject({ status: 200 });
    });
  },
);
