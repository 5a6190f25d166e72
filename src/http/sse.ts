import type { EventView } from "../core/job/event-view.ts";
import { logError } from "../edge/log.ts";
import type { EventPage } from "../edge/watch/watch.ts";

/** What an `EventSource` waits before it comes back, in milliseconds (contract, section 5). */
const RETRY = "retry: 2000\n\n";

/** Proxies and browsers take a silent connection for a dead one. */
const COMMENT = ": still here\n\n";
export const COMMENT_EVERY_MS = 15_000;

export type StreamOptions = {
  /** How long the stream may be silent. A caller's hang-up shows, at the latest, when it speaks. */
  readonly commentEveryMs: number;
  /** When the caller has gone, before the stream had ended. */
  readonly onHangUp: () => void;
  /** When the stream is over, whichever way. */
  readonly onEnd: () => void;
};

/** A job's events as Server-Sent Events: as they happen, until the final one. */
export function eventStream(
  pages: AsyncIterator<EventPage>,
  { commentEveryMs, onHangUp, onEnd }: StreamOptions,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let coming: Promise<IteratorResult<EventPage>> | null = null;
  let isOver = false;

  /** The next words of the stream; `null` when there are none left. */
  const next = async (): Promise<{ readonly text: string; readonly isLast: boolean } | null> => {
    coming ??= pages.next();
    const page = await orSilence(coming, commentEveryMs);
    if (page === "silence") return { text: COMMENT, isLast: false };
    coming = null;
    if (page.done === true) return null;
    return { text: textOf(page.value), isLast: page.value.final };
  };
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(RETRY));
      },
      // Called when the reader has room: a slow one slows down its own line and nobody else's.
      async pull(controller) {
        const words = await next().catch((cause: unknown) => {
          // The job cannot be reached. The stream ends here; the reader resumes where it was.
          logError("stream.broken", cause);
          return null;
        });
        if (isOver) return; // The reader hung up meanwhile.
        if (words !== null) controller.enqueue(encoder.encode(words.text));
        if (words?.isLast === false) return;
        isOver = true;
        onEnd();
        controller.close();
      },
      cancel() {
        isOver = true;
        onHangUp();
        onEnd();
      },
    },
    new CountQueuingStrategy({ highWaterMark: 1 }),
  );
}

async function orSilence<Value>(coming: Promise<Value>, ms: number): Promise<Value | "silence"> {
  const silence = Promise.withResolvers<"silence">();
  const timer = setTimeout(() => silence.resolve("silence"), ms);
  try {
    return await Promise.race([coming, silence.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** JSON has no raw line ends, so an event is one `data:` line. */
function textOf({ events }: EventPage): string {
  return events.map(eventText).join("");
}

function eventText(event: EventView): string {
  return `id: ${event.seq}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
