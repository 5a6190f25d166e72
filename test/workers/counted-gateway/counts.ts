/** What the platform would bill since this server came up, by a name for each thing. */
export const counts: { [what: string]: number } = {};

export function count(what: string, times = 1): void {
  counts[what] = (counts[what] ?? 0) + times;
}
