import { createParser } from "eventsource-parser";
import { rest } from "../client.ts";
import type { Caller, Event, Way } from "./caller.ts";

/** A comment comes every 15 s: who hears nothing for so long is forgotten. */
const SILENT_MS = 30_000;

/** `GET /jobs/{id}/events` as Server-Sent Events, with `Last-Event-ID` after every cut. */
export const stream: Way = {
  share: 5,
  hear: async (caller) => {
    for (let cuts = 0; !caller.isTold; cuts += 1) {
      if (cuts > 0) await rest(cuts);
      await readStream(caller, `/jobs/${caller.jobId}/events`);
    }
  },
};

async function readStream(caller: Caller, path: string): Promise<void> {
  const last = caller.seq === 0 ? {} : { "last-event-id": String(caller.seq) };
  const headers = { accept: "text/event-stream", ...last };
  const silence = new Silence();
  try {
    const response = await caller.client.open(path, { headers }, silence.signal);
    await readEvents(caller, response, silence);
  } catch {
    // The server died under it, or it was silent for too long, which is noted below.
  } finally {
    silence.end();
    if (silence.isOver) noteSilence(caller);
  }
}

/** Takes every event until the stream ends. */
export async function readEvents(
  caller: Caller,
  response: Response,
  silence: Silence,
): Promise<void> {
  const parser = createParser({
    onEvent: ({ data }) => {
      if (!caller.isTold) caller.take(JSON.parse(data) as Event);
    },
  });
  const body = response.status === 200 ? response.body : null;
  for await (const text of (body ?? new ReadableStream()).pipeThrough(new TextDecoderStream())) {
    silence.isBroken();
    parser.feed(text);
    if (caller.isTold) return;
  }
}

/** As if a request had been answered far too late. */
function noteSilence(caller: Caller): void {
  caller.holds(-SILENT_MS);
  caller.holdsNoMore("hung");
}

/** Ends what has been silent for too long. */
export class Silence {
  readonly #controller = new AbortController();
  #timer = this.#start();
  isOver = false;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  isBroken(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#start();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#controller.abort();
  }

  #start(): NodeJS.Timeout {
    return setTimeout(() => {
      this.isOver = true;
      this.#controller.abort();
    }, SILENT_MS);
  }
}
