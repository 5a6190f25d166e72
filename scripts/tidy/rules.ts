import { basename, dirname } from "node:path";
import { PROBLEMS } from "../../src/http/problem.ts";
import type { File, Tree } from "./tree.ts";

/** Finds breaches: one line each, the file first. */
export type Rule = (tree: Tree) => readonly string[];

/** A rule about files one by one. */
function each(
  test: (path: string) => boolean,
  breachesOf: (file: File) => readonly string[],
): Rule {
  return ({ files }) =>
    files
      .filter(({ path }) => test(path))
      .flatMap((file) => breachesOf(file).map((why) => `${file.path}: ${why}`));
}

const isSource = (path: string) => /^(src|workers|scripts)\/.*\.(ts|mjs)$/.test(path);
const isCore = (path: string) => /^src\/(core|lang)\//.test(path);

const BUCKETS = ["utils", "util", "helpers", "common", "misc", "shared", "types", "tools"];

const noBuckets = each(isSource, ({ path }) =>
  [...dirname(path).split("/"), basename(path, ".ts")]
    .filter((name) => BUCKETS.includes(name))
    .map((name) => `"${name}" says nothing: name the file after what it holds`),
);

const indexOnlyInWorkers = each(isSource, ({ path }) =>
  basename(path) === "index.ts" && !path.startsWith("workers/")
    ? ["index.ts is for the entry of a Worker only"]
    : [],
);

const BANNED_IN_CORE = ["Math.random", "performance.now", "@ts-ignore", "@ts-expect-error"];

const pureCore = each(isCore, ({ text }) =>
  BANNED_IN_CORE.filter((word) => text.includes(word)).map((word) => `${word} is banned in core`),
);

const todoNamesIssue = each(
  (path) =>
    path.endsWith(".ts") && !path.startsWith("scripts/tidy/") && !path.startsWith("test/scripts/"),
  ({ text }) =>
    [...text.matchAll(/\b(?:TODO|FIXME)\b(?!\(#\d+\))/g)].map(() => "Name the issue: TODO(#123)"),
);

/** Words that the glossary replaces by others, as they would stand in a name. */
const NOT_OUR_WORDS = [
  "cooldown",
  "dto",
  "enqueue",
  "invocation",
  "mutex",
  "orphan",
  "reap",
  "semaphore",
  "workflow",
];

const ourWords = each(
  (path) => /^(src|workers)\/.*\.ts$/.test(path),
  ({ text }) =>
    NOT_OUR_WORDS.filter((word) => wordsOfNamesIn(text).has(word)).map(
      (word) => `"${word}" is not a word of this house: see docs/glossary.md`,
    ),
);

/** The words that declared names are made of, in small letters: `wokenQueued` is "woken" and "queued". */
function wordsOfNamesIn(text: string): ReadonlySet<string> {
  const declared = text.matchAll(
    /\b(?:class|const|function|let|type)\s+([A-Za-z_$][\w$]*)|^\s+readonly\s+#?(\w+)/gm,
  );
  const names = [...declared].map(([, name = "", field = ""]) => name || field);
  return new Set(
    names.flatMap((name) => name.split(/(?=[A-Z])|_/)).map((word) => word.toLowerCase()),
  );
}

/** A file of the core without a test of its own, or of its folder's theme, is a promise without proof. */
const coreIsTested: Rule = ({ files }) => {
  const tests = files.filter(({ path }) => path.startsWith("test/")).map(({ text }) => text);
  return files
    .filter(({ path, text }) => isCore(path) && /^export (function|const|class)/m.test(text))
    .filter(
      ({ path }) => !tests.some((text) => text.includes(`../${path}"`) || usedBy(path, files)),
    )
    .map(({ path }) => `${path}: no test imports it, nor anything that a test imports`);
};

/** Whether another file of the core imports it: then that file's tests reach it, and coverage says so. */
function usedBy(path: string, files: readonly File[]): boolean {
  const name = `/${basename(path)}"`;
  return files.some((file) => isCore(file.path) && file.path !== path && file.text.includes(name));
}

const everyCodeHasAPage: Rule = ({ files }) => {
  const codes: readonly string[] = Object.keys(PROBLEMS);
  const pages = files
    .filter(({ path }) => path.startsWith("docs/errors/"))
    .map(({ path }) => basename(path, ".md"));
  return [
    ...codes
      .filter((code) => !pages.includes(code))
      .map((code) => `docs/errors: no page ${code}.md`),
    ...pages
      .filter((page) => !codes.includes(page))
      .map((page) => `docs/errors/${page}.md: there is no such code`),
  ];
};

const pagesAreComplete = each(
  (path) => path.startsWith("docs/errors/"),
  ({ path, text }) => {
    const code = basename(path, ".md") as keyof typeof PROBLEMS;
    const wanted = [
      `# ${code}\n`,
      `HTTP status ${PROBLEMS[code]?.status}.`,
      "## What happened\n",
      "## What to do\n",
    ];
    return wanted.filter((part) => !text.includes(part)).map((part) => `lacks "${part.trim()}"`);
  },
);

const decisionsAreNumbered: Rule = ({ files }) => {
  const numbers = files
    .filter(({ path }) => /^docs\/adr\/\d{4}-/.test(path))
    .map(({ path }) => Number(basename(path).slice(0, 4)))
    .toSorted((left, right) => left - right);
  return numbers
    .filter((number, index) => number !== index + 1)
    .map((number) => `docs/adr: ${number} breaks the count`);
};

const DECISION_PARTS = ["Status", "Context", "Decision", "Consequences", "Alternatives"];

const decisionsAreComplete = each(
  (path) => path.startsWith("docs/adr/"),
  ({ text }) =>
    DECISION_PARTS.filter((part) => !text.includes(`## ${part}`)).map(
      (part) => `lacks "## ${part}"`,
    ),
);

/** Links between documents lead somewhere. */
const linksLead: Rule = ({ files }) => {
  const known = new Set(files.map(({ path }) => path));
  return files
    .filter(({ path }) => path.endsWith(".md"))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, link = ""]) => joined(dirname(path), link))
        .filter((target) => target.endsWith(".md") && !known.has(target))
        .map((target) => `${path}: leads to ${target}, which is not there`),
    );
};

function joined(folder: string, link: string): string {
  const parts = folder === "." ? [] : folder.split("/");
  for (const part of link.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}

/** Numbers that the documents quote from the code. */
const MACHINE_PATHS = /(^|[\s"'`(])\/(home|root|Users|tmp|work)\//m;

const noMachinePaths = each(
  (path) => !path.startsWith("scripts/tidy/"),
  ({ text }) => (MACHINE_PATHS.test(text) ? ["names a path of some machine"] : []),
);

export const RULES: readonly Rule[] = [
  noBuckets,
  indexOnlyInWorkers,
  pureCore,
  todoNamesIssue,
  ourWords,
  coreIsTested,
  everyCodeHasAPage,
  pagesAreComplete,
  decisionsAreNumbered,
  decisionsAreComplete,
  linksLead,
  noMachinePaths,
];
