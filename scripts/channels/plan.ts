import type { Random } from "../seed/random.ts";
import { KIND_NAMES, kindOf, type Wish } from "./kinds.ts";

type ChannelName = "discord" | "slack";

/** One thing that somebody types, and what must come of it. */
export type Planned = Wish & {
  /** Unique. */
  readonly name: string;
  readonly channel: ChannelName;
  readonly kind: string;
  /** Since the run began. */
  readonly atMs: number;
};

export type Plan = {
  readonly counts: { readonly [channel in ChannelName]: number };
  readonly spanMs: number;
  /** Left out: of all kinds. */
  readonly kinds?: readonly string[];
};

/** All that is typed in a run, in order: the same for the same seed. */
export function planAll(
  random: Random,
  { counts, spanMs, kinds = KIND_NAMES }: Plan,
): readonly Planned[] {
  return (["discord", "slack"] as const)
    .flatMap((channel) => {
      const draws = drawsOf(channel, kinds);
      return Array.from({ length: counts[channel] }, (_, index) => {
        const name = `${channel}${index + 1}x`;
        const kind = random.pick(draws);
        const atMs = random.between(0, spanMs);
        return { ...kindOf(kind).wish(random, name), name, channel, kind, atMs };
      });
    })
    .toSorted((left, right) => left.atMs - right.atMs);
}

function drawsOf(channel: ChannelName, kinds: readonly string[]): readonly [string, ...string[]] {
  const draws = kinds.flatMap((name) =>
    Array.from({ length: kindOf(name).share[channel] }, () => name),
  );
  return draws as [string, ...string[]];
}
