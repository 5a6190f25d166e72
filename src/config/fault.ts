import { en } from "zod/locales";
import * as z from "zod/mini";
import { didYouMean } from "../lang/closest.ts";

// zod/mini says "Invalid input" of everything until it is given words. Whoever reads a fault imports this
// file, so the words are there before anything is parsed; only English gets into the bundle (ADR 0021).
z.config(en());

/** One fault and its place, for example `{ path: "commands.stats.timing", message: "…" }`. */
export type Fault = {
  readonly path: string;
  readonly message: string;
  /** Of the file, from 1; left out where what was read is no file. */
  readonly line?: number;
};

/** What somebody configured is wrong; nothing that a caller could do about it. */
export class ConfigFault extends Error {
  override readonly name = "ConfigFault";
  readonly code = "config";
  readonly retryable = false;
  readonly faults: readonly Fault[];

  /** @param subject What was read, in words that end the sentence "Cannot use …". */
  constructor(subject: string, faults: readonly Fault[]) {
    super(`Cannot use ${subject}: ${faults.map(faultText).join("; ")}`);
    this.faults = faults;
  }
}

/** `line 4: plugins.lab.concurrency: Must be …`, as far as the place is known. */
function faultText({ path, message, line }: Fault): string {
  const place = line === undefined ? [path] : [`line ${line}`, path];
  return [...place, message].filter((part) => part !== "").join(": ");
}

/** A question for each of a hundred thousand unknown keys would take seconds; nobody reads so many. */
const QUESTIONS_MAX = 100;

/**
 * Asks "did you mean" for the first hundred words, and nothing more after that.
 *
 * @returns The sentence part that follows a fault: `: did you mean "wait"?`, or nothing.
 */
export function questioner(): (word: string, known: () => readonly string[]) => string {
  let asked = 0;
  return (word, known) => {
    asked += 1;
    return asked > QUESTIONS_MAX ? "" : didYouMean(word, known());
  };
}

/**
 * A zod error as faults with their places: unknown keys one by one, each with a "did you mean".
 *
 * @param keysAt The keys that are known at a path, for the question.
 */
export function faultsOf(
  error: z.core.$ZodError,
  keysAt: (path: string) => readonly string[] = () => [],
): readonly Fault[] {
  const question = questioner();
  return error.issues.flatMap((issue): readonly Fault[] => {
    const path = pathText(issue.path);
    // Of a key that may not be one, only what is inside says why.
    if (issue.code === "invalid_key") {
      return issue.issues.map(({ message }) => ({ path, message }));
    }
    if (issue.code !== "unrecognized_keys") return [{ path, message: issue.message }];
    return issue.keys.map((key) => ({
      path: pathText([...issue.path, key]),
      message: `Unknown key${question(key, () => keysAt(path))}`,
    }));
  });
}

/** `callbacks[0].url`: how a person would write the place. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(placeIn, "");
}

/** The place of a key or of an item in what is at `path`. */
export function placeIn(path: string, key: PropertyKey): string {
  if (typeof key === "number") return `${path}[${key}]`;
  return path === "" ? String(key) : `${path}.${String(key)}`;
}
