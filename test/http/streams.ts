import type { Server } from "./support.ts";

/** One event as the lines of a stream give it. */
export type Told = { readonly id: string; readonly event: string; readonly data: string };

type Event = {
  readonly seq: number;
  readonly type: string;
  readonly job_id: string;
  readonly data: { readonly [key: string]: unknown };
};

export function openStream(
  server: Server,
  jobId: unknown,
  { query = "", headers = {} }: { query?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${server.url()}/jobs/${jobId}/events${query}`, {
    headers: { accept: "text/event-stream", ...headers },
  });
}

/** The blocks of a stream as they come: events, comments and settings, without the empty line between. */
export async function* blocksOf({ body }: Response): AsyncGenerator<string> {
  let rest = "";
  for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    const blocks = `${rest}${text}`.split("\n\n");
    rest = blocks.pop() ?? "";
    yield* blocks;
  }
}

/** Every event of a stream, once the server has ended it. */
export async function toldBy(response: Response): Promise<readonly Told[]> {
  const told: Told[] = [];
  for await (const block of blocksOf(response)) {
    const event = toldOf(block);
    if (event !== null) told.push(event);
  }
  return told;
}

/** `null` for a block that is a comment or a setting. */
export function toldOf(block: string): Told | null {
  const [, id, event, data] = /^id: (.*)\nevent: (.*)\ndata: (.*)$/.exec(block) ?? [];
  return id === undefined || event === undefined || data === undefined ? null : { id, event, data };
}

/** What the job's log holds by now, as a stream would tell it. */
export async function logOf(server: Server, jobId: unknown): Promise<readonly Told[]> {
  return (await eventsOf(server, jobId)).map((event) => ({
    id: String(event.seq),
    event: event.type,
    data: JSON.stringify(event),
  }));
}

export async function eventsOf(server: Server, jobId: unknown): Promise<readonly Event[]> {
  const { body } = await server.get(`/jobs/${jobId}/events?limit=1000`);
  return body["events"] as readonly Event[];
}
