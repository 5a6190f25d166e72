import { beforeAll, describe, expect, test } from "vitest";
import { type Answer, type Server, useServer } from "./support.ts";

const CALLERS = 50;
const WAIT_MS = 1000;

/** Nobody is left hanging. How soon, 250 ms (contract, section 3), is for the benchmark to say. */
const LATE_MS_MAX = 10_000;

/** Jobs that outlast their callers' patience, one for each thing that a job can be at then. */
const SENT = [
  { dispatch: "direct", path: "lab/sleep", payload: { ms: 1600 }, goesOn: true },
  { dispatch: "queue", path: "lab/work", payload: { ms: 1600, steps: 2 }, goesOn: true },
  {
    dispatch: "backing off",
    path: "lab/flaky",
    payload: { failures: 1, retry_after_ms: 600_000 },
    goesOn: false,
  },
];

/** An answer, and how long after the job's making it arrived. */
type Timed = Answer & { readonly afterMs: number };

describe.each(["object", "consumer"])("with QUEUE_RUNNER=%s", (runner) => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: runner });

  // As callers who come again do, these have a connection, and a gateway that is awake.
  beforeAll(async () => {
    await inParallel(() => server.trigger("lab/echo", { wait: 20 }));
  });

  test.each(SENT)(
    `${CALLERS} callers hear in time that it takes longer ($dispatch)`,
    { timeout: 90_000 },
    async ({ path, payload, goesOn }) => {
      const answers = await inParallel(() => waited(server, path, payload));

      expect(answers.map(({ status }) => status)).toEqual(Array(CALLERS).fill(202));
      expect(answers.map(({ body }) => body["timeout_exceeded"])).toEqual(
        Array(CALLERS).fill(true),
      );
      const lateMs = answers.map(({ body }) => Number(body["waited_ms"]) - WAIT_MS);
      expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(-10);
      expect(Math.max(...lateMs)).toBeLessThan(LATE_MS_MAX);
      expect(Math.max(...answers.map(({ afterMs }) => afterMs))).toBeLessThan(
        WAIT_MS + LATE_MS_MAX,
      );
      const ends = await inParallel((index) =>
        endOf(server, answers[index]?.body["job_id"], goesOn),
      );
      expect(ends).toEqual(Array(CALLERS).fill(goesOn ? 200 : 202));
    },
  );
});

function inParallel<Value>(call: (index: number) => Promise<Value>): Promise<Value[]> {
  return Promise.all(Array.from({ length: CALLERS }, (_, index) => call(index)));
}

async function waited(server: Server, path: string, payload: object): Promise<Timed> {
  const answer = await server.trigger(path, { payload, wait: WAIT_MS / 1000 });
  return { ...answer, afterMs: Date.now() - Date.parse(String(answer.body["created_at"])) };
}

/** What a caller who comes back is answered in the end. A local consumer runs five jobs at a time. */
async function endOf(server: Server, jobId: unknown, goesOn: boolean): Promise<number> {
  for (;;) {
    const { status } = await server.get(`/jobs/${jobId}/result?wait=${goesOn ? 30 : 0.1}`);
    if (status !== 202 || !goesOn) return status;
  }
}
