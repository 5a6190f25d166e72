import { exports } from "cloudflare:workers";

/** Ways to hear of one job, each as a caller would use it, through the whole gateway. */

export type SeenEvent = {
  readonly seq: number;
  readonly type: string;
  readonly data: { readonly snapshot?: object };
};

/** What a watcher was told: the snapshot as text, and the events if it asked for them. */
export type Heard = { readonly final: string; readonly events?: readonly SeenEvent[] };

export function call(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(`http://localhost${path}`, init);
}

export async function longPoll(id: string): Promise<Heard> {
  const response = await call(`/jobs/${id}?wait=30`);
  return { final: await response.text() };
}

/** Asks for news again and again, each time only if the job has moved on. */
export async function conditionalPolls(id: string): Promise<Heard> {
  let etag = '"0"';
  for (;;) {
    const headers = { "if-none-match": etag };
    const response = await call(`/jobs/${id}?wait=30`, { headers });
    const final = await response.text();
    etag = response.headers.get("etag") ?? etag;
    if (response.status === 200 && JSON.parse(final).finished_at !== null) return { final };
  }
}

export async function resultWait(id: string): Promise<Heard> {
  const response = await call(`/jobs/${id}/result?wait=30`);
  return { final: snapshotIn(await response.json()) };
}

/** A caller whose patience is short, and who comes back each time. */
export async function impatientWaits(id: string): Promise<Heard> {
  for (;;) {
    const response = await call(`/jobs/${id}/result?wait=0.4`);
    const body = await response.json<object>();
    if (response.status === 200) return { final: snapshotIn(body) };
  }
}

export async function jobsWait(id: string): Promise<Heard> {
  const body = JSON.stringify({ job_ids: [id], timeout_ms: 30_000 });
  const response = await call("/jobs/wait", { method: "POST", body });
  const { completed } = await response.json<{ completed: object[] }>();
  return { final: JSON.stringify(completed[0]) };
}

/** The answer to a trigger is the snapshot between what belongs to the answer. */
export function snapshotIn(answer: object): string {
  const { kind: _kind, duration_ms: _durationMs, ...snapshot } = answer as Record<string, unknown>;
  return JSON.stringify(snapshot);
}

/** Reads a stream to its end, hanging up after every `cutAfter` events and resuming where it was. */
export async function stream(id: string, cutAfter = Number.POSITIVE_INFINITY): Promise<Heard> {
  const events: SeenEvent[] = [];
  while (!isOver(events)) {
    const part = await streamPart(id, events.at(-1)?.seq, (count) => count < cutAfter);
    events.push(...part);
  }
  return heard(events);
}

/** The events of one connection: all, or as long as `goOn` says so. */
export async function streamPart(
  id: string,
  lastEventId: number | undefined,
  goOn: (count: number) => boolean,
): Promise<readonly SeenEvent[]> {
  const headers = new Headers({ accept: "text/event-stream" });
  if (lastEventId !== undefined) headers.set("last-event-id", String(lastEventId));
  const { body } = await call(`/jobs/${id}/events`, { headers });
  const events: SeenEvent[] = [];
  if (body === null) return events;
  for await (const event of eventsIn(body)) {
    events.push(event);
    if (!goOn(events.length)) break;
  }
  return events;
}

/** Hangs up when its reader stops reading. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<SeenEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split("\n\n");
      text = blocks.pop() ?? "";
      const data = blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? []);
      yield* data.map((json) => JSON.parse(json) as SeenEvent);
    }
  } finally {
    await reader.cancel();
  }
}

/** Reads a WebSocket to its end, leaving after every `cutAfter` events and coming back. */
export async function socket(id: string, cutAfter = Number.POSITIVE_INFINITY): Promise<Heard> {
  const events: SeenEvent[] = [];
  while (!isOver(events)) events.push(...(await socketPart(id, events.at(-1)?.seq ?? 0, cutAfter)));
  return heard(events);
}

async function socketPart(
  id: string,
  after: number,
  cutAfter: number,
): Promise<readonly SeenEvent[]> {
  const headers = { upgrade: "websocket" };
  const { webSocket } = await call(`/jobs/${id}/ws?after=${after}`, { headers });
  if (webSocket === null) throw new Error("No socket");
  const events: SeenEvent[] = [];
  const closed = Promise.withResolvers<void>();
  webSocket.addEventListener("message", ({ data }) => {
    if (events.length === cutAfter) return;
    events.push(JSON.parse(String(data)));
    if (events.length === cutAfter) {
      webSocket.close(1000);
      closed.resolve();
    }
  });
  webSocket.addEventListener("close", () => closed.resolve());
  webSocket.accept();
  await closed.promise;
  return events;
}

function isOver(events: readonly SeenEvent[]): boolean {
  return events.at(-1)?.type === "job.succeeded";
}

function heard(events: readonly SeenEvent[]): Heard {
  return { final: JSON.stringify(events.at(-1)?.data.snapshot), events };
}
