import type { Fault } from "../../receivers/records.ts";
import { type Entry, only } from "../history.ts";

type History = { readonly entries: readonly Entry[] };

/** A server that nobody has killed does not end. */
export const died = ({ entries }: History): readonly Fault[] =>
  only(entries, "died").map(({ t, gen, code, signal }) => ({
    check: "died",
    what: `start ${gen} ended with ${signal ?? code}, ${new Date(t).toISOString()}`,
  }));

/** Nobody is left asking for minutes: a server that was killed comes back. */
export const unanswered = ({ entries }: History): readonly Fault[] =>
  only(entries, "unanswered").map(({ path, ms }) => ({
    check: "hung",
    what: `${path} was not answered for ${ms} ms`,
  }));
