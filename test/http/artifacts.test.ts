import { createHash } from "node:crypto";
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { deterministicBytes } from "../../workers/lab/bytes.ts";
import { SECRET, useReceiver } from "./receiver.ts";
import { finished, useServer } from "./support.ts";

type Row = { readonly [key: string]: unknown };

const receiver = useReceiver();
const server = useServer({
  HOLDLINE_ANONYMOUS: "admin",
  HOLDLINE_ALLOW_HTTP: "127.0.0.1:*",
  QUEUE_RUNNER: "object",
  CALLBACK_SECRET: SECRET,
});

/** The hash of what `lab/artifact` makes. */
function hashOf(bytes: number, seed = 1): string {
  const hash = createHash("sha256");
  for (const chunk of deterministicBytes(bytes, seed)) hash.update(chunk);
  return hash.digest("hex");
}

async function make(payload: object, more: object = {}): Promise<Row> {
  const { body } = await server.trigger("lab/artifact", { wait: true, payload, ...more });
  return body;
}

/** The bytes, hashed as they come. */
async function download(path: string): Promise<{ readonly bytes: number; readonly hash: string }> {
  const response = await fetch(`${server.url()}${path}`);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    hash.update(chunk);
  }
  return { bytes, hash: hash.digest("hex") };
}

describe("an artifact", () => {
  test.each([
    { what: "0 B", bytes: 0 },
    { what: "1 B", bytes: 1 },
    { what: "256 KiB, with the answer", bytes: 262_144 },
    { what: "256 KiB + 1, as a stream", bytes: 262_145 },
    { what: "5 MiB, exactly a part", bytes: 5_242_880 },
    { what: "5 MiB + 1", bytes: 5_242_881 },
  ])("of $what arrives with the right hash", async ({ bytes }) => {
    const job = await make({ bytes, name: "made.bin" });

    const sha256 = hashOf(bytes);
    const path = `/jobs/${job["job_id"]}/artifacts/made.bin`;
    const url = `${server.url()}${path}`;
    const artifact = {
      name: "made.bin",
      content_type: "application/octet-stream",
      bytes,
      sha256,
      url,
    };
    expect(job).toMatchObject({
      status: "succeeded",
      artifacts: [artifact],
      result: { artifacts: [artifact] },
    });
    expect(await download(path)).toEqual({ bytes, hash: sha256 });
    expect((await server.get(`/jobs/${job["job_id"]}/artifacts`)).body).toEqual({
      artifacts: [artifact],
    });
  });

  test("of 100 MiB does so as well, and nobody holds it whole", async () => {
    const bytes = 104_857_600;
    const job = await make({ bytes, name: "large.bin" }, { wait: 120 });

    expect(job).toMatchObject({ status: "succeeded" });
    const path = `/jobs/${job["job_id"]}/artifacts/large.bin`;
    expect(await download(path)).toEqual({ bytes, hash: hashOf(bytes) });
  }, 120_000);

  test("comes from the queue as from the job's own object", async () => {
    const { body } = await server.trigger("lab/artifact", { payload: { bytes: 300_000 } });
    const job = await finished(server, body["job_id"]);

    expect(job["artifacts"]).toMatchObject([{ bytes: 300_000, sha256: hashOf(300_000) }]);
  });
});

describe("reading an artifact", () => {
  const text = async (init: RequestInit = {}, payload: object = {}) => {
    const job = await make({ bytes: 100, name: "a.txt", content_type: "text/plain", ...payload });
    return server.call(`/jobs/${job["job_id"]}/artifacts/a.txt`, init);
  };
  const part = (range: string, more: Record<string, string> = {}) =>
    text({ headers: { range, ...more } });

  test("finds headers that a browser can do no harm with", async () => {
    const { headers } = await text({ headers: { "accept-encoding": "gzip, br" } });

    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "text/plain",
      "content-length": "100",
      "content-disposition": 'attachment; filename="a.txt"',
      "content-security-policy": "sandbox; default-src 'none'",
      "x-content-type-options": "nosniff",
      "accept-ranges": "bytes",
      "cache-control": "private, no-cache, no-transform",
      etag: `"${hashOf(100)}"`,
    });
  });

  test.each([
    { given: "text/html", served: "text/plain; charset=utf-8" },
    { given: "image/svg+xml", served: "application/octet-stream" },
    { given: "image/png", served: "image/png" },
  ])("finds $given served as $served", async ({ given, served }) => {
    const { headers } = await text({}, { content_type: given });

    expect(headers.get("content-type")).toBe(served);
  });

  test.each([
    { range: "bytes=0-0", status: 206, length: 1, says: "bytes 0-0/100" },
    { range: "bytes=90-", status: 206, length: 10, says: "bytes 90-99/100" },
    { range: "bytes=-5", status: 206, length: 5, says: "bytes 95-99/100" },
    { range: "bytes=50-999", status: 206, length: 50, says: "bytes 50-99/100" },
    { range: "bytes=0-1,5-6", status: 200, length: 100, says: null },
    { range: "pages=1-2", status: 200, length: 100, says: null },
  ])("takes $range", async ({ range, status, length, says }) => {
    const answer = await part(range);

    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-length")).toBe(String(length));
    expect(answer.headers.get("content-range")).toBe(says);
  });

  test("has no bytes beyond the end", async () => {
    const answer = await part("bytes=100-");

    expect(answer).toMatchObject({ status: 416, body: { code: "range_not_satisfiable" } });
    expect(answer.headers.get("content-range")).toBe("bytes */100");
  });

  test("goes on where it was, unless it is another artifact by now", async () => {
    const same = await part("bytes=10-19", { "if-range": `"${hashOf(100)}"` });
    const other = await part("bytes=10-19", { "if-range": '"another"' });

    expect([same.status, other.status]).toEqual([206, 200]);
  });

  test("is told that nothing has changed, and what there would be without being sent it", async () => {
    const known = await text({ headers: { "if-none-match": `"${hashOf(100)}"` } });
    const head = await text({ method: "HEAD" });

    expect([known.status, known.text]).toEqual([304, ""]);
    expect([head.status, head.text, head.headers.get("content-length")]).toEqual([200, "", "100"]);
  });

  test("finds none by another name, and none of a job that there is not", async () => {
    const job = await make({ bytes: 1, name: "report.txt" });
    const near = await server.get(`/jobs/${job["job_id"]}/artifacts/reprot.txt`);
    const made = await server.get(`/jobs/${"0".repeat(64)}/artifacts/report.txt`);

    expect(near).toMatchObject({ status: 404, body: { code: "artifact_not_found" } });
    expect(near.body["detail"]).toContain('did you mean "report.txt"?');
    expect(made).toMatchObject({ status: 404, body: { code: "job_not_found" } });
  });
});

describe("an attempt that is finished outside", () => {
  /** A job whose attempt waits to be completed, and the attempt's token. */
  async function aTakenJob() {
    const { body } = await server.trigger("lab/later", {});
    const id = body["job_id"] as string;
    for (;;) {
      const { body: job } = await server.get(`/jobs/${id}`);
      const { message = "" } = (job["progress"] ?? {}) as { message?: string };
      const [, token] = /the token (\S+)/.exec(message) ?? [];
      if (token !== undefined) return { id, token };
    }
  }
  const put = (
    { id, token }: { readonly id: string; readonly token: string },
    name: string,
    { body, type }: { readonly body: string; readonly type?: string },
  ) =>
    server.call(`/jobs/${id}/artifacts/${name}`, {
      method: "PUT",
      headers: {
        authorization: `Bearer ${token}`,
        ...(type === undefined ? {} : { "content-type": type }),
      },
      body,
    });
  const complete = ({ id, token }: { readonly id: string; readonly token: string }, body: object) =>
    server.call(`/jobs/${id}/complete`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ protocol: 1, status: "ok", text: "done", ...body }),
    });

  test("keeps what it puts, once, and what comes with its completion", async () => {
    const job = await aTakenJob();
    const first = await put(job, "film.mp4", { body: "frames", type: "video/mp4" });
    const again = await put(job, "film.mp4", { body: "frames", type: "video/mp4" });
    const artifacts = [{ name: "notes.md", content_type: "text/markdown", content: "# é" }];
    await complete(job, { artifacts });

    expect([first.status, again.status]).toEqual([201, 201]);
    expect(first.body).toMatchObject({ name: "film.mp4", content_type: "video/mp4", bytes: 6 });
    const done = await finished(server, job.id);
    expect(done["artifacts"]).toMatchObject([
      { name: "film.mp4", bytes: 6 },
      { name: "notes.md", content_type: "text/markdown", bytes: 4 },
    ]);
    const { body: page } = await server.get(`/jobs/${job.id}/events`);
    const types = (page["events"] as readonly Row[]).map(({ type }) => type);
    expect(types.filter((type) => type === "artifact.created")).toHaveLength(2);
    expect((await server.get(`/jobs/${job.id}/artifacts/notes.md`)).text).toBe("# é");
  });

  test("is refused what would change an artifact under its readers' hands", async () => {
    const job = await aTakenJob();
    await put(job, "film.mp4", { body: "frames" });

    expect(await put(job, "film.mp4", { body: "others" })).toMatchObject({
      status: 409,
      body: { code: "artifact_exists" },
    });
    expect((await server.get(`/jobs/${job.id}/artifacts/film.mp4`)).text).toBe("frames");
  });

  test.each(["..%2Fother", ".hidden", "_result.json", "a%20b", "x".repeat(129), "%C3%A9.txt"])(
    "is refused the name %s",
    async (name) => {
      expect(await put(await aTakenJob(), name, { body: "bytes" })).toMatchObject({
        status: 422,
        body: { code: "invalid_request" },
      });
    },
  );

  test("has its turn, though six others have begun to upload and do not go on", async () => {
    const job = await aTakenJob();
    const slow = Array.from({ length: 6 }, (_, number) => slowly(job, `slow-${number}`));
    await Promise.all(slow.map(({ begun }) => begun));

    const seventh = put(job, "seventh", { body: "bytes" });
    // What comes with an answer needs no turn.
    expect(await make({ bytes: 10 })).toMatchObject({ status: "succeeded" });
    slow[0]?.finish();

    expect(await seventh).toMatchObject({ status: 201 });
    for (const { finish } of slow) finish();
    expect(await Promise.all(slow.map(({ status }) => status))).toEqual(Array(6).fill(201));
  });

  /** An upload of which the beginning has come, and the end is the test's to bring. */
  function slowly({ id, token }: { readonly id: string; readonly token: string }, name: string) {
    const status = Promise.withResolvers<number | undefined>();
    const begun = Promise.withResolvers<void>();
    const upload = request(
      `${server.url()}/jobs/${id}/artifacts/${name}`,
      { method: "PUT", headers: { authorization: `Bearer ${token}` } },
      (response) => {
        response.resume();
        status.resolve(response.statusCode);
      },
    );
    upload.write("beginning", () => begun.resolve());
    return { begun: begun.promise, finish: () => upload.end(), status: status.promise };
  }

  test("keeps nothing without its token, and nothing once it is over", async () => {
    const job = await aTakenJob();
    const stranger = await put({ ...job, token: "made-up" }, "a.txt", { body: "bytes" });
    const nobody = await server.call(`/jobs/${job.id}/artifacts/a.txt`, { method: "PUT" });
    await complete(job, {});
    const late = await put(job, "a.txt", { body: "bytes" });

    expect([stranger, nobody, late].map(({ body }) => body["code"])).toEqual([
      "stale_attempt",
      "unauthorized",
      "stale_attempt",
    ]);
    expect((await server.get(`/jobs/${job.id}/artifacts`)).body).toEqual({ artifacts: [] });
  });
});

describe("a callback", () => {
  const told = async (path: string, payload: object) => {
    await make(payload, { state_webhook_url: receiver.url(path) });
    const arrivals = await receiver.heard(path, 4);
    return arrivals[3]?.body as Row & { readonly artifacts: readonly [Row] };
  };

  test("brings a small artifact along", async () => {
    const { artifacts } = await told("/small", { bytes: 262_144, content_type: "image/png" });
    const { content_base64: base64, ...about } = artifacts[0];

    const content = Buffer.from(String(base64), "base64");
    expect(createHash("sha256").update(content).digest("hex")).toBe(about["sha256"]);
    expect(Object.keys(about)).toEqual(["name", "content_type", "bytes", "sha256"]);
  });

  test("links to a large one", async () => {
    const { artifacts } = await told("/large", { bytes: 262_145 });

    expect(Object.keys(artifacts[0])).toEqual(["name", "content_type", "bytes", "sha256", "url"]);
    const { pathname } = new URL(String(artifacts[0]["url"]));
    expect((await download(pathname)).hash).toBe(artifacts[0]["sha256"]);
  });

  test("links to a result that is too long for it, which readers of the job have in full", async () => {
    const text = "é".repeat(200_000);
    const callback_url = receiver.url("/long-result");
    const { body } = await server.trigger("lab/echo", {
      payload: { text },
      wait: true,
      callback_url,
    });
    const [arrival] = await receiver.heard("/long-result", 1);

    expect(arrival?.body["data"]).toMatchObject({
      result: {
        text: null,
        output: null,
        artifacts: [{ name: "_result.json", content_type: "application/json" }],
      },
    });
    expect(body["result"]).toMatchObject({ text, output: { text } });
    const kept = await server.get(`/jobs/${body["job_id"]}/artifacts/_result.json`);
    expect(kept.body).toEqual({ text, output: { text } });
  });
});
