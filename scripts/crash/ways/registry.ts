import type { Way } from "./caller.ts";
import { jobsWait } from "./jobs-wait.ts";
import { pages } from "./pages.ts";
import { longPoll, poll } from "./poll.ts";
import { result } from "./result.ts";
import { socket } from "./socket.ts";
import { stream } from "./stream.ts";
import { trigger, triggerStream } from "./trigger.ts";

/** Every way in which a caller asks. Whom the gateway calls itself, endpoints and people, are no callers. */
export const WAYS = {
  trigger,
  trigger_stream: triggerStream,
  result,
  jobs_wait: jobsWait,
  poll,
  long_poll: longPoll,
  pages,
  stream,
  socket,
} as const satisfies { readonly [name: string]: Way };

export type WayName = keyof typeof WAYS;

export const WAY_NAMES = Object.keys(WAYS) as readonly WayName[];

/** Each name as often as its share says. */
export const WAY_DRAWS = WAY_NAMES.flatMap((name) =>
  Array.from({ length: WAYS[name].share }, () => name),
) as unknown as readonly [WayName, ...WayName[]];
