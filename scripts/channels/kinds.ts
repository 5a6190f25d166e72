import type { Random } from "../seed/random.ts";
import type { GivenOption } from "../simulators/discord/interaction-body.ts";
import { numberedText } from "./texts.ts";

/** What must be seen in the channel in the end. */
export type Due =
  /** The words of that name, all of them, once, in messages or in a file. */
  | { readonly kind: "words"; readonly name: string; readonly text: string }
  /** A message that says so. */
  | { readonly kind: "saying"; readonly pattern: RegExp }
  /** A file with these bytes. */
  | { readonly kind: "file"; readonly name: string; readonly bytes: number };

/** One thing that somebody asks for. */
export type Wish = {
  readonly options: readonly GivenOption[];
  /** Slack: what stands after the command. */
  readonly text: string;
  readonly due: Due;
};

type Kind = {
  /** `plugin/command`, and its payload with the places where options go. */
  readonly run: string;
  readonly payload: object;
  readonly options: readonly { readonly name: string; readonly type: "string" | "integer" }[];
  /** @param name Of the words in it: no two wishes have the same. */
  readonly wish: (random: Random, name: string) => Wish;
  /** Of the draws, in Discord and in Slack. */
  readonly share: { readonly discord: number; readonly slack: number };
  /** Somebody cancels it after a while, as soon as they see which job it is. */
  readonly isCancelled?: boolean;
  /** Somebody presses the first button that they see. */
  readonly isAsked?: boolean;
};

const TEXT = { name: "text", type: "string" } as const;
const MS = { name: "ms", type: "integer" } as const;
const SPOKEN = 120;

/** What fails says so, in whatever words. */
const FAILURE = /fail|error|did not work/i;

const LONG = [2500, 9000, 50_000] as const;
const ARTIFACT_BYTES = 20_000;
const ASKED = {
  title: "Shall it go on?",
  options: [
    { id: "certainly", label: "Certainly" },
    { id: "rather-not", label: "Rather not" },
  ],
};

/** A text of somebody's own, which must ping nobody and lose no letter. */
function spoken(name: string): Wish {
  const text = `@everyone héllo 🌍 <@1> ${numberedText(name, SPOKEN)}`;
  return { options: [option("text", text)], text, due: { kind: "words", name, text } };
}

function taking(msMin: number, msMax: number) {
  return (random: Random, name: string): Wish => {
    const wish = spoken(name);
    return { ...wish, options: [option("ms", random.between(msMin, msMax)), ...wish.options] };
  };
}

function saying(pattern: RegExp) {
  return (): Wish => ({ options: [], text: "", due: { kind: "saying", pattern } });
}

function option(name: string, value: string | number): GivenOption {
  return { name, type: typeof value === "string" ? "string" : "integer", value };
}

const WORKING = {
  run: "lab/work",
  payload: { ms: "{options.ms}", steps: 6, text: "{options.text}" },
  options: [MS, TEXT],
} as const;

const KINDS: { readonly [name: string]: Kind } = {
  echo: {
    run: "lab/echo",
    payload: { text: "{options.text}" },
    options: [TEXT],
    wish: (_random, name) => spoken(name),
    share: { discord: 8, slack: 8 },
  },
  sleep: {
    run: "lab/sleep",
    payload: { ms: "{options.ms}", text: "{options.text}" },
    options: [MS, TEXT],
    wish: taking(100, 5000),
    share: { discord: 8, slack: 6 },
  },
  work: { ...WORKING, wish: taking(300, 8000), share: { discord: 8, slack: 6 } },
  // "20 minutes", 60 times as fast: the token of the interaction is dead by then.
  slow: { ...WORKING, wish: taking(16_500, 20_000), share: { discord: 3, slack: 1 } },
  flaky: {
    run: "lab/flaky",
    payload: { failures: 2, retry_after_ms: 400 },
    options: [],
    wish: saying(/attempt [3-9]/),
    share: { discord: 3, slack: 3 },
  },
  refused: {
    run: "lab/flaky",
    payload: { failures: 99, retry: false },
    options: [],
    wish: saying(FAILURE),
    share: { discord: 2, slack: 2 },
  },
  hopeless: {
    run: "lab/flaky",
    payload: { failures: 99, retry_after_ms: 200 },
    options: [],
    wish: saying(FAILURE),
    share: { discord: 1, slack: 1 },
  },
  throw: {
    run: "lab/throw",
    payload: { message: "thrown as asked" },
    options: [],
    wish: saying(FAILURE),
    share: { discord: 1, slack: 1 },
  },
  cancelled: {
    ...WORKING,
    // Long enough for Discord to say which job it is: when the token is nearly over.
    wish: taking(24_000, 28_000),
    share: { discord: 2, slack: 2 },
    isCancelled: true,
  },
  asked: {
    run: "lab/ask",
    payload: { view: ASKED },
    options: [],
    wish: saying(/certainly/),
    share: { discord: 1, slack: 1 },
    isAsked: true,
  },
  artifact: {
    run: "lab/artifact",
    payload: { name: "proof.bin", bytes: ARTIFACT_BYTES, content_type: "application/octet-stream" },
    options: [],
    wish: () => ({
      options: [],
      text: "",
      due: { kind: "file", name: "proof.bin", bytes: ARTIFACT_BYTES },
    }),
    share: { discord: 2, slack: 0 },
  },
  ...Object.fromEntries(LONG.map((length) => [`long${length}`, long(length)])),
};

/** The text is in the settings: nobody types that much. */
function long(length: number): Kind {
  const name = `long${length}`;
  const text = numberedText(name, length);
  return {
    run: "lab/echo",
    payload: { text },
    options: [],
    wish: () => ({ options: [], text: "", due: { kind: "words", name, text } }),
    share: { discord: 1, slack: 1 },
  };
}

export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

/** @throws for a name that is not one of `KIND_NAMES`. */
export function kindOf(name: string): Kind {
  const kind = KINDS[name];
  if (kind === undefined) throw new Error(`There is no kind ${name}`);
  return kind;
}
