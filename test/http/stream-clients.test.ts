import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { EventSource } from "eventsource";
import { type Browser, chromium } from "playwright-core";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  CHROMIUM,
  hasChromium,
  hasCurl,
  leaveOut,
  NO_CHROMIUM,
  NO_CURL,
} from "./other-programs.ts";
import { logOf, openStream, type Told, toldBy } from "./streams.ts";
import { useServer } from "./support.ts";

const TYPES = ["job.queued", "job.running", "job.progress", "job.output", "job.succeeded"];
const STEPS = 5;

const CHROMIUM_ARGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Runs in the page: resolves with what it was told when the browser has given up coming back. */
const WATCH_IN_PAGE = `(url, types) =>
  new Promise((resolve) => {
    const told = [];
    const source = new EventSource(url);
    for (const type of types) {
      source.addEventListener(type, ({ lastEventId, data }) =>
        told.push({ id: lastEventId, event: type, data }),
      );
    }
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) resolve(told);
    });
  })`;

describe.concurrent("a job's events, read by programs that others wrote", () => {
  const server = useServer({ HOLDLINE_ANONYMOUS: "admin", QUEUE_RUNNER: "object" });
  const work = async (ms = 1500): Promise<string> => {
    const { body } = await server.trigger("lab/work", { payload: { ms, steps: STEPS } });
    return String(body["job_id"]);
  };
  const isFinal = async (jobId: string) =>
    (await server.get(`/jobs/${jobId}`)).body["finished_at"] !== null;

  test("the log they are compared with is whole", async () => {
    const jobId = await work();
    await toldBy(await openStream(server, jobId));

    const log = await logOf(server, jobId);

    expect(log.map(({ id }) => id)).toEqual(log.map((_, index) => String(index + 1)));
    expect(new Set(log.map(({ event }) => event))).toEqual(new Set(TYPES));
    expect(log.at(-1)?.event).toBe("job.succeeded");
    expect(outputOf(log)).toBe(
      Array.from({ length: STEPS }, (_, index) => `step ${index + 1} of ${STEPS}\n`).join(""),
    );
  });

  test("the npm package eventsource reads every event, comes back once, and stays away", async () => {
    const jobId = await work();
    const visits: object[] = [];
    const told: Told[] = [];
    const source = new EventSource(`${server.url()}/jobs/${jobId}/events`, {
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        visits.push({ after: init.headers["Last-Event-ID"], status: response.status });
        return response;
      },
    });
    for (const type of TYPES) {
      source.addEventListener(type, ({ lastEventId, data }) => {
        told.push({ id: lastEventId, event: type, data });
      });
    }

    await closed(source);

    expect(told).toEqual(await logOf(server, jobId));
    expect(visits).toEqual([
      { after: undefined, status: 200 },
      { after: told.at(-1)?.id, status: 204 },
    ]);
  });

  test("a page's EventSource reads every event, comes back once, and stays away", async (context) => {
    if (!hasChromium()) leaveOut(context, NO_CHROMIUM);
    await using browser = await openBrowser();
    const page = await browser.newPage();
    const visits: Promise<object>[] = [];
    page.on("response", (response) => {
      if (!response.url().endsWith("/events")) return;
      const asked = response.request().allHeaders();
      visits.push(
        asked.then((headers) => ({ after: headers["last-event-id"], status: response.status() })),
      );
    });
    await page.goto(`${server.url()}/healthz`);
    const jobId = await work();

    const told = await page.evaluate<readonly Told[]>(
      `(${WATCH_IN_PAGE})("/jobs/${jobId}/events", ${JSON.stringify(TYPES)})`,
    );

    expect(told).toEqual(await logOf(server, jobId));
    expect(await Promise.all(visits)).toEqual([
      { after: undefined, status: 200 },
      { after: told.at(-1)?.id, status: 204 },
    ]);
  });

  test("the npm package ws gets the stream's very data, one event a message, then 1000", async () => {
    const jobId = await work();
    const stream = openStream(server, jobId).then(toldBy);

    const heard = await heardFrom(`${server.url()}/jobs/${jobId}/ws`);

    expect(heard.messages).toEqual((await stream).map(({ data }) => data));
    expect(heard.messages).toHaveLength((await logOf(server, jobId)).length);
    expect(heard.code).toBe(1000);
  });

  test.each([
    { when: "while the job runs", after: 3, isEarly: true },
    { when: "after its end", after: 3, isEarly: false },
    { when: "with nothing left to tell", after: 1000, isEarly: false },
  ])("ws with ?after= hears only what is later ($when)", async ({ after, isEarly }) => {
    const jobId = await work();
    if (!isEarly) await toldBy(await openStream(server, jobId));

    const heard = await heardFrom(`${server.url()}/jobs/${jobId}/ws?after=${after}`);

    const log = await logOf(server, jobId);
    expect(heard.messages).toEqual(log.slice(after).map(({ data }) => data));
    expect(heard.code).toBe(1000);
  });

  test("ws hears of the start before the end", async () => {
    const jobId = await work(3000);
    const socket = new WebSocket(`${server.url()}/jobs/${jobId}/ws`);

    await once(socket, "message");

    expect(await isFinal(jobId)).toBe(false);
    socket.terminate();
  });

  test("curl -N prints the first event while the job runs, and ends with the last", async (context) => {
    if (!hasCurl()) leaveOut(context, NO_CURL);
    const jobId = await work(3000);
    const url = `${server.url()}/jobs/${jobId}/events`;
    const curl = spawn("curl", ["-sSN", "-H", "accept: text/event-stream", url]);
    const gone = once(curl, "close");

    const lines: string[] = [];
    let wasFinalAtFirst: boolean | null = null;
    for await (const line of createInterface({ input: curl.stdout })) {
      if (!line.startsWith("data: ")) continue;
      lines.push(line.slice("data: ".length));
      wasFinalAtFirst ??= await isFinal(jobId);
    }

    expect(wasFinalAtFirst).toBe(false);
    expect(lines).toEqual((await logOf(server, jobId)).map(({ data }) => data));
    expect(await gone).toEqual([0, null]);
  });
});

function outputOf(log: readonly Told[]): string {
  return log
    .filter(({ event }) => event === "job.output")
    .map(({ data }) => (JSON.parse(data) as { data: { text: string } }).data.text)
    .join("");
}

/** Until the source has given up coming back. */
function closed(source: EventSource): Promise<void> {
  const closing = Promise.withResolvers<void>();
  source.addEventListener("error", () => {
    if (source.readyState === source.CLOSED) closing.resolve();
  });
  return closing.promise;
}

async function heardFrom(url: string): Promise<{ code: number; messages: readonly string[] }> {
  const socket = new WebSocket(url);
  const messages: string[] = [];
  socket.on("message", (data) => messages.push(String(data)));
  const [code] = await once(socket, "close");
  return { code, messages };
}

function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS });
}
