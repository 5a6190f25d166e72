import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import type { Coverage } from "./coverage.ts";
import type { Figures } from "./figures.ts";
import type { Measures, Options } from "./run.ts";

const BEGIN = "<!-- crash-laboratory:begin -->";
const END = "<!-- crash-laboratory:end -->";
const GIBIBYTE = 1024 ** 3;

type Run = {
  readonly options: Options;
  readonly figures: Figures;
  readonly coverage: Coverage;
  readonly measures: Measures;
};

/**
 * Puts the figures of a run between the marks of a file, in place of those that are there.
 *
 * @throws when the file has no marks.
 */
export function writeReport(path: string, run: Run): void {
  const text = readFileSync(path, "utf8");
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${path} has no ${BEGIN} and ${END}`);
  const before = text.slice(0, from + BEGIN.length);
  writeFileSync(path, `${before}\n\n${reportOf(run)}\n${text.slice(to)}`);
}

/** The tables of a run, in Markdown. */
function reportOf({ options, figures, coverage, measures }: Run): string {
  const { seed, seconds, rate } = options;
  const date = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / GIBIBYTE)} GiB of memory`;
  const intro = [
    `Run of ${date} on a machine with ${machine}, Node ${process.versions.node}. Repeat it with`,
    "",
    "```sh",
    `npm run test:crash -- --seed ${seed} --seconds ${seconds} --rate ${rate}`,
    "```",
    "",
  ].join("\n");
  return [
    intro,
    table(["", ""], mainRows(figures, coverage, measures)),
    table(
      ["caught by a kill", "jobs"],
      Object.entries(coverage.caught).map(([state, count]) => [WORDS[state] ?? state, count]),
    ),
    table(
      ["way to hear", "asked", "told the true end", "of these on the first line that they held"],
      Object.entries(coverage.byWay).map(([way, { asked, told, onFirst }]) => [
        WORDS[way] ?? way,
        asked,
        told,
        onFirst ?? "",
      ]),
    ),
    table(
      ["kind of work", "accepted jobs"],
      Object.entries(coverage.byKind).map(([kind, count]) => [kind.replaceAll("_", " "), count]),
    ),
  ].join("\n");
}

type Row = readonly (string | number)[];

function mainRows(figures: Figures, coverage: Coverage, measures: Measures): readonly Row[] {
  const { triggers, unknown, spoken, cutOff, late } = coverage;
  return [
    ["jobs accepted", figures.jobs],
    ["SIGKILLs", figures.kills],
    ["lost", figures.lost],
    ["doubled", figures.doubled],
    ["out of order", figures.out_of_order],
    ["callers told", figures.callers_told],
    ["waiters hung", figures.waiters_hung],
    ["other faults", figures.other_faults],
    [
      "triggers that a kill left without an answer and that had no key",
      `${unknown} of ${triggers}`,
    ],
    [
      "commands in channels that a kill cut off, or a busy machine did not acknowledge in 3 s",
      `${cutOff} and ${late} of ${spoken}`,
    ],
    ["requests held, of which cut by a kill", heldOf(coverage)],
    ["the latest answer after its deadline", `${coverage.latestMs} ms`],
    [
      "a request that waits for nothing: median, most",
      `${coverage.pulseMs}, ${coverage.busiestMs} ms`,
    ],
    [
      "the machine beside it: late by at most, usually slower than at best",
      `${coverage.machineMs} ms, ${coverage.machineSlowness} times`,
    ],
    ["heartbeats of streams", coverage.heartbeats],
    ["until nothing moved, after the last kill", `${Math.round(measures.converged_ms / 1000)} s`],
  ];
}

function heldOf({ heldRequests, cutRequests }: Coverage): string {
  return `${heldRequests + cutRequests}, ${cutRequests}`;
}

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

const WORDS: { readonly [name: string]: string } = {
  start: "queued, waiting to be claimed",
  slot: "in line for a slot",
  delay: "delayed",
  retry: "backing off",
  running: "running",
  waiting: "waiting for an answer",
  trigger: "waiting trigger",
  trigger_stream: "trigger answered with a stream",
  result: "`/result?wait`",
  jobs_wait: "`/jobs/wait`",
  poll: "polling",
  long_poll: "`?wait` with `If-None-Match`",
  pages: "pages of events",
  stream: "SSE with `Last-Event-ID`",
  socket: "WebSocket with `?after`",
  callback: "signed callbacks, event by event",
  discord: "people in Discord",
  slack: "people in Slack",
};
