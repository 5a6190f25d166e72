import { describe, expect, test } from "vitest";
import { useServer } from "./support.ts";

type Event = {
  readonly seq: number;
  readonly type: string;
  readonly attempt: number;
  readonly data: { readonly text?: string; readonly reset?: boolean; readonly percent?: number };
};

describe.each(["object", "consumer"] as const)(
  "what a plugin says while it works, run by the %s",
  (runner) => {
    const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner });

    async function eventsOf(id: unknown): Promise<readonly Event[]> {
      const { body } = await server.get(`/jobs/${id}/events?limit=1000`);
      return body["events"] as Event[];
    }

    const textsOf = (events: readonly Event[]) =>
      events.filter(({ type }) => type === "job.output").map(({ data }) => data.text ?? "");

    test("is in the log, in order, and the newest progress in the snapshot", async () => {
      const payload = { ms: 900, steps: 3 };
      const { body } = await server.trigger("lab/work", { payload, wait: 20 });

      const events = await eventsOf(body["job_id"]);
      expect(body).toMatchObject({
        status: "succeeded",
        progress: { percent: 100, message: "step 3 of 3" },
        seq: events.length,
      });
      expect(textsOf(events).join("")).toBe("step 1 of 3\nstep 2 of 3\nstep 3 of 3\n");
      const percents = events
        .filter(({ type }) => type === "job.progress")
        .map(({ data }) => data.percent);
      expect(percents).toEqual([33, 67, 100]);
    });

    test("is stored at most ten times a second, and none of the text is lost", async () => {
      const payload = { ms: 1000, steps: 200 };
      const { body } = await server.trigger("lab/work", { payload, wait: 20 });

      const texts = textsOf(await eventsOf(body["job_id"]));
      expect(texts.join("").trim().split("\n")).toEqual(
        Array.from({ length: 200 }, (_, index) => `step ${index + 1} of 200`),
      );
      const ranMs =
        Date.parse(String(body["finished_at"])) - Date.parse(String(body["started_at"]));
      expect(texts.length).toBeLessThanOrEqual(Math.ceil(ranMs / 100) + 2);
    });

    test("starts over with the next attempt, and says so", async () => {
      const { body } = await server.trigger("lab/work", {
        payload: { ms: 2000, steps: 4 },
        timeout: 1,
        max_attempts: 2,
        wait: 20,
      });

      const outputs = (await eventsOf(body["job_id"])).filter(({ type }) => type === "job.output");
      const firstOf = (attempt: number) => outputs.find((event) => event.attempt === attempt);
      expect(firstOf(1)?.data).toEqual({ text: "step 1 of 4\n" });
      expect(firstOf(2)?.data).toEqual({ text: "step 1 of 4\n", reset: true });
      expect(outputs.filter(({ data }) => data.reset)).toHaveLength(1);
      expect(body).toMatchObject({
        job_status: "timed_out",
        progress: { message: expect.any(String) },
      });
    });
  },
);
