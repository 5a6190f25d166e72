import { describe, expect, test } from "vitest";
import { answersSuite } from "./answers-suite.ts";
import { useServer } from "./support.ts";

describe.concurrent("with queued attempts run by the job's object, as under npm start", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });

  answersSuite(server);

  test("one long queued job does not hold up another", async () => {
    const long = await server.trigger("lab/work", { payload: { ms: 60_000 } });
    const short = await server.trigger("lab/work", { payload: { ms: 10 }, wait: 20 });

    expect(short).toMatchObject({ status: 200, body: { status: "succeeded" } });
    expect(await server.get(`/jobs/${long.body["job_id"]}`)).toMatchObject({
      body: { status: "running" },
    });
  });
});
