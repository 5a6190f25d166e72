import { createParser } from "eventsource-parser";
import { isBusy, rest } from "../client.ts";
import type { Caller, Event, Way } from "./caller.ts";

/** The contract: a comment comes so often. */
const EVERY_MS = 15_000;

/** Nobody goes on listening to what says nothing for so long. */
const SILENT_MS = 2 * EVERY_MS;

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
  caller.holds();
  try {
    const response = await caller.client.open(path, { headers }, silence.signal);
    caller.holdsNoMore(isBusy(response.status) ? "turned_away" : "answered");
    if (response.status === 200) await readEvents(caller, response, silence);
  } catch {
    // The server died before it said a word.
    caller.holdsNoMore(silence.isOver ? "hung" : "cut");
  } finally {
    silence.end();
  }
}

/** Takes every event until the stream ends, and whatever ends it. */
export async function readEvents(
  caller: Caller,
  response: Response,
  silence: Silence,
): Promise<void> {
  const parser = createParser({
    onEvent: ({ data }) => caller.takeLive(JSON.parse(data) as Event),
    onComment: () => caller.hearsWords(),
  });
  caller.opens(EVERY_MS);
  try {
    for await (const text of (response.body ?? NOTHING).pipeThrough(new TextDecoderStream())) {
      silence.isBroken();
      parser.feed(text);
    }
    caller.endsLive("ended");
  } catch {
    caller.endsLive(silence.isOver ? "hung" : "cut");
  }
}

const NOTHING = new ReadableStream<Uint8Array>();

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
