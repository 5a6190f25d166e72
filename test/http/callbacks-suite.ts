import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { SECRET, status, useReceiver } from "./receiver.ts";
import { finished, useServer } from "./support.ts";

type Row = { readonly [key: string]: unknown };

/** Retries that a test can wait for. */
const CONFIG = `
callbacks:
  defaults: { max_attempts: 3, base_ms: 50, max_ms: 100 }
  secrets: { orders: ORDERS_SECRET }
  legacy_headers: { default: X-Foreman-Signature }
plugins:
  lab: { retry: { max_attempts: 3, base_ms: 20 } }
`;

/** The same promises wherever the callbacks are sent from (design, section 4). */
export function callbacksSuite(queueRunner: "consumer" | "object"): void {
  const receiver = useReceiver();
  const server = useServer(
    {
      HOLDLINE_ANONYMOUS: "admin",
      HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
      QUEUE_RUNNER: queueRunner,
      CALLBACK_SECRET: SECRET,
      ORDERS_SECRET: SECRET,
    },
    null,
    { config: CONFIG },
  );

  const ledger = async (jobId: unknown): Promise<readonly Row[]> => {
    const { body } = await server.get(`/jobs/${jobId}/deliveries`);
    return body["deliveries"] as readonly Row[];
  };
  /** The ledger once nothing in it is pending. */
  const settled = async (jobId: unknown): Promise<readonly Row[]> => {
    for (;;) {
      const rows = await ledger(jobId);
      if (rows.length > 0 && rows.every(({ state }) => state !== "pending")) return rows;
    }
  };

  describe("a caller who asked to be called", () => {
    test("is told of every change of state, in order, then of what came of it", async () => {
      const url = receiver.url("/states");
      const { body } = await server.trigger("lab/work", {
        payload: { ms: 50, steps: 2 },
        state_webhook_url: url,
      });
      const told = await receiver.heard("/states", 4);

      expect(
        told.map((arrival) => [arrival.body["state"], arrival.body["previous_state"]]),
      ).toEqual([
        ["queued", null],
        ["loading", "queued"],
        ["working", "loading"],
        ["done", "working"],
      ]);
      expect(told[3]?.body).toMatchObject({
        job_id: body["job_id"],
        attempt: 1,
        idempotency_key: `${body["job_id"]}:done`,
        result: { text: "worked for 50 ms" },
      });
    });

    test("is told once of the end, with the job as everybody else sees it", async () => {
      const callback_url = receiver.url("/end");
      const { body } = await server.trigger("lab/echo", { wait: true, callback_url });
      const [told] = await receiver.heard("/end", 1);
      await settled(body["job_id"]);

      const { kind: _kind, duration_ms: _ms, ...snapshot } = body;
      expect(told?.body).toEqual({
        type: "job.succeeded",
        timestamp: expect.any(String),
        data: snapshot,
      });
      expect((await server.get(`/jobs/${body["job_id"]}`)).body).toEqual(snapshot);
      expect(receiver.at("/end")).toHaveLength(1);
    });

    test("finds all that the contract promises in the headers", async () => {
      const { body } = await server.trigger("lab/echo", { callback_url: receiver.url("/headers") });
      const [told] = await receiver.heard("/headers", 1);

      const hmac = createHmac("sha256", SECRET).update(told?.text ?? "");
      expect(told?.headers).toMatchObject({
        "content-type": "application/json",
        "idempotency-key": `${body["job_id"]}:4`,
        "webhook-id": expect.stringMatching(/^msg_[^.]+$/),
        "webhook-timestamp": expect.stringMatching(/^\d{10}$/),
        "user-agent": expect.stringMatching(/^holdline\/\d+\.\d+\.\d+$/),
        "x-foreman-signature": `sha256=${hmac.digest("hex")}`,
      });
    });

    test("is told by each of their callbacks, as each wants it", async () => {
      await server.trigger("lab/flaky", {
        payload: { failures: 1 },
        callbacks: [
          { url: receiver.url("/a"), events: ["job.retry_scheduled", "job.succeeded"] },
          { url: receiver.url("/b"), profile: "states", secret: "orders" },
        ],
      });
      const [a, b] = [await receiver.heard("/a", 2), await receiver.heard("/b", 7)];

      expect(a.map(({ body }) => body["type"])).toEqual(["job.retry_scheduled", "job.succeeded"]);
      expect(b.map(({ body }) => body["state"])).toEqual([
        ...["queued", "loading", "working"],
        ...["queued", "loading", "working", "done"],
      ]);
      expect(b[0]?.headers["x-foreman-signature"]).toBeUndefined();
    });

    test("is told that it failed, and why", async () => {
      const state_webhook_url = receiver.url("/failed");
      await server.trigger("lab/flaky", {
        payload: { failures: 9, retry: false },
        state_webhook_url,
      });
      const told = await receiver.heard("/failed", 4);

      expect(told[3]?.body).toMatchObject({ state: "failed", error: { category: "retry_false" } });
    });

    test("is told that somebody cancelled it", async () => {
      const state_webhook_url = receiver.url("/cancelled");
      const { body } = await server.trigger("lab/echo", { delay: 60, state_webhook_url });
      await server.call(`/jobs/${body["job_id"]}/cancel`, { method: "POST" });
      const told = await receiver.heard("/cancelled", 2);

      expect(told[1]?.body).toMatchObject({ state: "cancelled", previous_state: "queued" });
    });
  });

  describe("a receiver that fails", () => {
    test("is tried again, with the same id and body and a fresh signature, and then told the rest", async () => {
      receiver.reacts("/flaky", status(500, {}, "not now"), status(503), status(200, {}, "thanks"));
      const state_webhook_url = receiver.url("/flaky");
      const { body } = await server.trigger("lab/echo", { state_webhook_url });
      const told = await receiver.heard("/flaky", 6);

      expect(told.map((arrival) => arrival.body["state"])).toEqual([
        ...["queued", "queued", "queued", "loading", "working", "done"],
      ]);
      expect(new Set(told.slice(0, 3).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
      expect(new Set(told.slice(0, 3).map(({ text }) => text)).size).toBe(1);
      expect(new Set(told.map(({ headers }) => headers["webhook-id"])).size).toBe(4);
      const [first] = await settled(body["job_id"]);
      expect(first).toMatchObject({
        state: "delivered",
        attempts: 3,
        last_status: 200,
        last_error: null,
        response: "thanks",
      });
    });

    test("for longer than its retries is given up, is told the next, and can be told again by hand", async () => {
      receiver.reacts("/down", status(500), status(500), status(500, {}, "sorry"));
      const state_webhook_url = receiver.url("/down");
      const { body } = await server.trigger("lab/echo", { state_webhook_url });
      const rows = await settled(body["job_id"]);

      expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual([
        ["failed", 3],
        ["delivered", 1],
        ["delivered", 1],
        ["delivered", 1],
      ]);
      expect(rows[0]).toMatchObject({
        last_status: 500,
        last_error: "http_status",
        response: "sorry",
      });

      const resend = `/jobs/${body["job_id"]}/deliveries/${rows[0]?.["delivery_id"]}/resend`;
      const resent = await server.call(resend, { method: "POST" });
      const told = await receiver.heard("/down", 7);

      expect(resent).toMatchObject({ status: 202, body: { state: "pending", attempts: 3 } });
      expect(told[6]?.text).toBe(told[0]?.text);
      expect(told[6]?.headers["webhook-id"]).toBe(told[0]?.headers["webhook-id"]);
      const [first] = await settled(body["job_id"]);
      expect(first).toMatchObject({ state: "delivered", attempts: 4 });
    });

    test("leads elsewhere, and is not followed", async () => {
      const location = receiver.url("/elsewhere");
      receiver.reacts("/moved", ...[1, 2, 3].map(() => status(302, { location })));
      const { body } = await server.trigger("lab/echo", { callback_url: receiver.url("/moved") });

      const [row] = await settled(body["job_id"]);
      expect(row).toMatchObject({ state: "failed", last_status: 302, last_error: "redirect" });
      expect(receiver.at("/elsewhere")).toEqual([]);
    });

    test("says that it is gone, and is sent nothing more of this job, nor of any other", async () => {
      receiver.reacts("/gone", status(410));
      const state_webhook_url = receiver.url("/gone");
      const { body } = await server.trigger("lab/echo", { state_webhook_url });
      const rows = await settled(body["job_id"]);

      expect(rows.map(({ state, last_error }) => [state, last_error])).toEqual(
        [1, 2, 3, 4].map(() => ["failed", "gone"]),
      );
      const { body: next } = await server.trigger("lab/echo", { state_webhook_url });
      expect((await settled(next["job_id"]))[0]).toMatchObject({ last_error: "switched_off" });
      expect(receiver.at("/gone")).toHaveLength(1);

      // Asked for by hand, it is tried, and is there again.
      const id = rows[0]?.["delivery_id"];
      await server.call(`/jobs/${body["job_id"]}/deliveries/${id}/resend`, { method: "POST" });
      await receiver.heard("/gone", 2);
      expect((await settled(body["job_id"]))[0]).toMatchObject({ state: "delivered" });
      const { body: last } = await server.trigger("lab/echo", { state_webhook_url });
      expect((await settled(last["job_id"]))[0]).toMatchObject({ state: "delivered" });
    });

    test("asks for a rest, and gets it", async () => {
      receiver.reacts("/busy", status(429, { "retry-after": "1" }));
      await server.trigger("lab/echo", { callback_url: receiver.url("/busy") });
      const [first, second] = await receiver.heard("/busy", 2);

      // Without its word the second attempt would come after a tenth of that.
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(900);
    });

    test("breaks off, and is told again", async () => {
      receiver.reacts("/reset", (response) => response.destroy());
      const { body } = await server.trigger("lab/echo", { callback_url: receiver.url("/reset") });
      const [first, second] = await receiver.heard("/reset", 2);

      expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
      expect((await settled(body["job_id"]))[0]).toMatchObject({ state: "delivered", attempts: 2 });
    });

    test("answers at length, of which the beginning is kept", async () => {
      receiver.reacts("/long", status(200, {}, "x".repeat(1_000_000)));
      const { body } = await server.trigger("lab/echo", { callback_url: receiver.url("/long") });

      const [row] = await settled(body["job_id"]);
      expect(row).toMatchObject({ state: "delivered", response: "x".repeat(4096) });
    });
  });

  describe("a callback on a job in flight", () => {
    const add = (jobId: unknown, body: object) =>
      server.call(`/jobs/${jobId}/callbacks`, { method: "POST", body: JSON.stringify(body) });

    test("is told of the end, whether it is added before or after it", async () => {
      const { body } = await server.trigger("lab/later", {});
      const added = await add(body["job_id"], { url: receiver.url("/early") });
      await server.call(`/jobs/${body["job_id"]}/cancel`, { method: "POST" });
      await add(body["job_id"], { url: receiver.url("/late") });

      expect(added).toMatchObject({ status: 201, body: { profile: "standard" } });
      const [early] = await receiver.heard("/early", 1);
      const [late] = await receiver.heard("/late", 1);
      expect(early?.text).toBe(late?.text);
      expect(late?.body).toMatchObject({ type: "job.cancelled" });
    });

    test("is one, however often it is added", async () => {
      const { body } = await server.trigger("lab/later", {});
      await add(body["job_id"], { url: receiver.url("/once") });
      const again = await add(body["job_id"], { url: receiver.url("/once") });
      await server.call(`/jobs/${body["job_id"]}/cancel`, { method: "POST" });

      expect(again.status).toBe(201);
      expect(await settled(body["job_id"])).toHaveLength(1);
    });

    test("has faults, all of which are told", async () => {
      const { body } = await server.trigger("lab/echo", {});
      const answer = await add(body["job_id"], {
        url: "https://10.0.0.1/",
        events: ["job.progress"],
        secret: "order",
        profil: "states",
      });

      expect(answer.body["errors"]).toEqual([
        { path: "profil", message: 'Unknown key: did you mean "profile"?' },
        { path: "events[0]", message: expect.stringMatching(/^Must be one of job\.queued, /) },
        { path: "secret", message: 'Is no secret of this gateway: did you mean "orders"?' },
        { path: "url", message: "Must name its host, not give an address (address)" },
      ]);
    });

    test("is one too many at last", async () => {
      const { body } = await server.trigger("lab/later", {});
      for (let number = 1; number <= 10; number += 1) {
        await add(body["job_id"], { url: receiver.url(`/many/${number}`) });
      }

      expect(await add(body["job_id"], { url: receiver.url("/many/11") })).toMatchObject({
        status: 409,
        body: { code: "too_many_callbacks", job_id: body["job_id"] },
      });
    });

    test("of a second caller is told as well, where both asked for one piece of work", async () => {
      const work = { payload: { ms: 400 }, dedupe_key: `both-${queueRunner}` };
      const first = await server.trigger("lab/sleep", {
        ...work,
        callback_url: receiver.url("/first"),
      });
      const second = await server.trigger("lab/sleep", {
        ...work,
        callback_url: receiver.url("/second"),
      });

      expect(second.body).toMatchObject({ job_id: first.body["job_id"], deduplicated: true });
      expect((await receiver.heard("/first", 1))[0]?.text).toBe(
        (await receiver.heard("/second", 1))[0]?.text,
      );
    });
  });

  describe("what callbacks leave behind", () => {
    test("is in the log, after the job's final event, and changes nothing that the job shows", async () => {
      const state_webhook_url = receiver.url("/log");
      const { body } = await server.trigger("lab/echo", { wait: true, state_webhook_url });
      await settled(body["job_id"]);

      const { body: page } = await server.get(`/jobs/${body["job_id"]}/events`);
      const events = page["events"] as readonly Row[];
      expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
      expect(events.filter(({ type }) => type === "callback.delivered")).toHaveLength(4);
      const stream = await server.call(`/jobs/${body["job_id"]}/events`, {
        headers: { accept: "text/event-stream" },
      });
      const types = [...stream.text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
      expect(types.at(-1)).toBe("job.succeeded");
      const { body: job } = await finishedTwice(body["job_id"]);
      expect(job["seq"]).toBe(body["seq"]);
    });

    test("names no delivery that there never was", async () => {
      const { body } = await server.trigger("lab/echo", {});
      for (const id of ["nonsense", `msg_${body["job_id"]}_1_1`, `msg_${body["job_id"]}_1`]) {
        const path = `/jobs/${body["job_id"]}/deliveries/${id}/resend`;
        const answer = await server.call(path, { method: "POST" });

        expect(answer).toMatchObject({ status: 404, body: { code: "delivery_not_found" } });
      }
    });

    const finishedTwice = async (jobId: unknown) => {
      await finished(server, jobId);
      return server.get(`/jobs/${jobId}`);
    };
  });

  test("a command that answers at once calls nobody back, and says so", async () => {
    const answer = await server.trigger("lab/now", { callback_url: receiver.url("/never") });

    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ path: "callback_url", message: expect.stringContaining("immediate") }] },
    });
  });
}
