/** One thing to time. What `prepare` does afterwards is not timed. */
export type Work = {
  readonly run: () => Promise<string>;
  readonly settle?: (answer: string) => Promise<void>;
};

export type Latency = { readonly p50: number; readonly p99: number };

/** Times both in turn, A B A B …, so that a machine that gets slower gets slower for both. In ms. */
export async function pairedLatency(
  floor: Work,
  gateway: Work,
  pairs: number,
): Promise<{ readonly floor: Latency; readonly gateway: Latency }> {
  const times: { floor: number[]; gateway: number[] } = { floor: [], gateway: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    times.floor.push(await timed(floor));
    times.gateway.push(await timed(gateway));
  }
  return { floor: latencyOf(times.floor), gateway: latencyOf(times.gateway) };
}

/**
 * Requests a second at a given concurrency: the median of several blocks, both in turn. The ratio is the
 * median of the blocks' own: what slows one block of each down is in neither of the others.
 */
export async function pairedThroughput(
  floor: Work,
  gateway: Work,
  options: { readonly concurrency: number; readonly requests: number; readonly blocks: number },
): Promise<{ readonly floor: number; readonly gateway: number; readonly ratio: number }> {
  const rates: { floor: number[]; gateway: number[] } = { floor: [], gateway: [] };
  for (let block = 0; block < options.blocks; block += 1) {
    rates.floor.push(await rateOf(floor, options));
    rates.gateway.push(await rateOf(gateway, options));
  }
  const ratios = rates.gateway.map((rate, block) => rate / (rates.floor[block] ?? Number.NaN));
  return {
    floor: quantile(rates.floor, 0.5),
    gateway: quantile(rates.gateway, 0.5),
    ratio: quantile(ratios, 0.5),
  };
}

async function timed({ run, settle }: Work): Promise<number> {
  const startedAt = performance.now();
  const answer = await run();
  const ms = performance.now() - startedAt;
  await settle?.(answer);
  return ms;
}

async function rateOf(
  { run }: Work,
  { concurrency, requests }: { readonly concurrency: number; readonly requests: number },
): Promise<number> {
  let left = requests;
  const startedAt = performance.now();
  const lines = Array.from({ length: concurrency }, async () => {
    while (left > 0) {
      left -= 1;
      await run();
    }
  });
  await Promise.all(lines);
  return (requests * 1000) / (performance.now() - startedAt);
}

export function latencyOf(times: readonly number[]): Latency {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** The value below which that share of the values lies. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
