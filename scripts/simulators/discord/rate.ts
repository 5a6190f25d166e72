import type { Reply } from "../http.ts";
import type { Taken } from "../rate-limit.ts";
import type { DiscordWorld } from "./world.ts";

const SECOND_MS = 1000;

/** Takes one request out of a bucket, and remembers whoever should have waited. */
export function takeRate(world: DiscordWorld, key: string, place: string): Taken {
  const taken = world.rates.take(key);
  if (taken.earlySince !== null) {
    const what = "A call before the end of a 429";
    world.breaches.note({ rule: "called_too_early", place, what, toldAt: taken.earlySince });
  }
  return taken;
}

/** The reply, with what Discord says of its bucket in every one. */
export function withRate(world: DiscordWorld, reply: Reply, taken: Taken): Reply {
  return { ...reply, headers: { ...reply.headers, ...rateHeaders(world, taken) } };
}

/** 429, with the time to wait as a number of seconds that is not whole. */
export function rateReply(world: DiscordWorld, taken: Taken): Reply {
  const retryAfter = taken.resetAfterMs / SECOND_MS;
  return {
    status: 429,
    headers: {
      ...rateHeaders(world, taken),
      "retry-after": String(Math.ceil(retryAfter)),
      "x-ratelimit-scope": "user",
    },
    body: { message: "You are being rate limited.", retry_after: retryAfter, global: false },
  };
}

function rateHeaders({ options }: DiscordWorld, { remaining, resetAfterMs }: Taken) {
  return {
    "x-ratelimit-limit": String(options.rateLimit.requests),
    "x-ratelimit-remaining": String(remaining),
    "x-ratelimit-reset": String((options.now() + resetAfterMs) / SECOND_MS),
    "x-ratelimit-reset-after": String(resetAfterMs / SECOND_MS),
    "x-ratelimit-bucket": "simulated",
  };
}
