import { asked } from "./asked.ts";
import { cancelled, cancelledQueued, cancelledResting } from "./cancelled.ts";
import { doneAgain } from "./done-again.ts";
import { hopeless, refused, retried } from "./failing.ts";
import { hooked } from "./hooked.ts";
import { kept } from "./kept.ts";
import type { Kind } from "./kind.ts";
import { outside } from "./outside.ts";
import { delayed, direct, fired, posted, queued, quick } from "./plain.ts";
import { remembered } from "./remembered.ts";
import { deduplicated, keyed } from "./same.ts";
import { witnessed, witnessedQueued } from "./witnessed.ts";

/** Every kind of work that is triggered over HTTP. */
export const KINDS = {
  direct,
  queued,
  quick,
  fired,
  delayed,
  posted,
  retried,
  hopeless,
  refused,
  cancelled,
  cancelled_queued: cancelledQueued,
  cancelled_resting: cancelledResting,
  keyed,
  deduplicated,
  remembered,
  kept,
  asked,
  outside,
  done_again: doneAgain,
  hooked,
  witnessed,
  witnessed_queued: witnessedQueued,
} as const satisfies { readonly [name: string]: Kind };

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

/** Each name as often as its share says. */
export const KIND_DRAWS = KIND_NAMES.flatMap((name) =>
  Array.from({ length: KINDS[name].share }, () => name),
) as unknown as readonly [KindName, ...KindName[]];
