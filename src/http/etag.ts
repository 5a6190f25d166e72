import type { Snapshot } from "../core/job/snapshot.ts";

/** A job looks the same until its next event, so the newest one's number names its state. */
export function etagOf({ seq }: Pick<Snapshot, "seq">): string {
  return `"${seq}"`;
}

/** What `If-None-Match` says that its sender has. */
export type Known = {
  /** `*`: whatever there is. */
  readonly isAny: boolean;
  readonly seqs: readonly number[];
};

/**
 * Reads the header by weak comparison, as RFC 9110 wants it for a GET. Foreign tags match nothing.
 *
 * @returns `null` where there is no header.
 */
export function readIfNoneMatch(header: string | null): Known | null {
  if (header === null) return null;
  const tags = header.split(",").map((tag) => tag.trim());
  const seqs = tags.flatMap((tag) => {
    const [, seq] = /^(?:W\/)?"(\d{1,15})"$/.exec(tag) ?? [];
    return seq === undefined ? [] : [Number(seq)];
  });
  return { isAny: tags.includes("*"), seqs };
}

export function isKnown({ isAny, seqs }: Known, { seq }: Pick<Snapshot, "seq">): boolean {
  return isAny || seqs.includes(seq);
}
