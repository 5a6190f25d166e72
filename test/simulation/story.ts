import { T0 } from "../support/a-job.ts";
import type { Entry, History } from "./history.ts";

/** What happened in a run, for people: a line for each thing, with its second. */
export function storyOf({ entries, violation }: History): string {
  const lines = entries.map((entry) => `${seconds(entry)}  ${wordsOf(entry)}`);
  const end = violation === null ? "No promise is broken" : `BROKEN ${violation.invariant}`;
  return [...lines, `${end}: ${violation?.message ?? "all is well"}`].join("\n");
}

function seconds({ at }: Entry): string {
  return `${((at - T0) / 1000).toFixed(3)} s`.padStart(14);
}

function wordsOf(entry: Entry): string {
  switch (entry.kind) {
    case "trigger asked":
      return `caller: trigger work ${entry.work}`;
    case "trigger answered":
      return `caller: work ${entry.work} is ${entry.job}`;
    case "cancel answered":
      return `caller: ${entry.job} was cancelled and is ${entry.status}`;
    case "shown":
      return `caller: ${entry.job} is shown as ${entry.status}, event ${entry.seq}`;
    case "resume answered":
      return `person: "${entry.answer}" to ${entry.waitId} of ${entry.job}, ${taken(entry)}`;
    case "attached":
      return `caller: ${entry.url} is to be told of ${entry.job}`;
    case "plugin called":
      return `plugin: attempt ${entry.attempt} of ${entry.job}, ${entry.token}, by ${entry.runner}`;
    case "plugin said":
      return `plugin: ${entry.token} says "${entry.text}" on the way`;
    case "plugin answered":
      return `plugin: ${entry.token} of ${entry.job} comes to ${entry.outcome} ${entry.word}`;
    case "object forgot":
      return `  lost: the object of ${entry.job} is gone from memory`;
    case "lease extended":
      return `runner: ${entry.token} of ${entry.job} is extended`;
    case "report answered":
      return `runner: ${entry.outcome} of ${entry.token} of ${entry.job}, ${taken(entry)}`;
    case "callback arrived":
      return `  told: event ${entry.seq} of ${entry.job} as ${entry.id}, answered ${entry.status}`;
    case "trouble":
      return ` FAULT: ${entry.what}`;
    case "job moved":
      return `   job: ${entry.job} ${entry.events.join(", ")}`;
    case "the world becomes fair":
      return "       from here on nothing bad happens";
  }
}

function taken({ isTaken }: { readonly isTaken: boolean }): string {
  return isTaken ? "taken" : "refused";
}
