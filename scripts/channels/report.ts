import { spreadOf } from "../receivers/measures.ts";
import type { Fault } from "../receivers/records.ts";
import type { Breach } from "../simulators/breaches.ts";
import { rightSince, undoneAfter, verdictOf } from "./judge.ts";
import type { Said } from "./people.ts";

/** What Discord and Slack give everybody. */
const ACK_MS_MAX = 3000;

/** Everything that a run has left behind. */
export type Run = {
  readonly said: readonly Said[];
  readonly breaches: readonly Breach[];
  readonly kills: readonly number[];
};

/** Those who are owed an answer: the others were told by the channel itself that there is none. */
export function owed(said: readonly Said[]): readonly Said[] {
  return said.filter(({ end }) => end === "taken");
}

/** Whether somebody has in front of them what is due. */
export function isAnswered({ due, screen }: Said): boolean {
  return verdictOf(due, screen.messages) === "right";
}

/** All that is not as it was promised. */
export function faultsOf({ said, breaches, kills }: Run): readonly Fault[] {
  return [
    ...said.flatMap(ackFaults),
    ...owed(said).flatMap(answerFaults),
    ...breachFaults(breaches, kills),
  ];
}

/** The run in numbers. */
export function figuresOf(run: Run, faults: readonly Fault[]) {
  const { said } = run;
  const found = (...checks: readonly string[]) =>
    faults.filter(({ check }) => checks.includes(check)).length;
  return {
    discord: countsOf(said.filter(({ planned }) => planned.channel === "discord")),
    slack: countsOf(said.filter(({ planned }) => planned.channel === "slack")),
    kills: run.kills.length,
    not_acknowledged: found("not_acknowledged"),
    lost: found("lost"),
    twice: found("twice"),
    wrong: found("wrong"),
    undone: found("undone"),
    pinged: found("pinged"),
    rules_broken: found(
      "invalid_body",
      "invalid_inline_answer",
      "bot_token_on_webhook",
      "bot_token_on_response_url",
      "called_after_expiry",
      "used_too_often",
      "follow_up_before_answer",
      "no_bot_token",
      "wrong_length",
    ),
    rate_limits_broken: found("called_too_early"),
    faults: faults.length,
    by_kind: Object.fromEntries(
      [...Map.groupBy(said, ({ planned }) => planned.kind)].map(([kind, all]) => [
        kind,
        { said: all.length, answered: owed(all).filter(isAnswered).length },
      ]),
    ),
  };
}

function countsOf(said: readonly Said[]) {
  const taken = owed(said);
  const waits = taken.flatMap(({ due, screen }) => {
    const at = rightSince(due, screen.moments);
    return at === null ? [] : [at - (screen.moments[0]?.at ?? at)];
  });
  return {
    interactions: said.length,
    acknowledged: taken.length,
    cut_by_the_kill: said.filter(({ end }) => end === "cut").length,
    acknowledged_ms: spreadOf(taken.map(({ ackMs }) => ackMs)),
    answered: taken.filter(isAnswered).length,
    by_the_bot: taken.filter(({ screen }) => screen.messages.some(({ by }) => by === "bot")).length,
    answered_ms: spreadOf(waits),
  };
}

/** Whoever was there has to say something in time. */
function ackFaults({ planned, end, ackMs }: Said): readonly Fault[] {
  if (end === "cut" || (end === "taken" && ackMs <= ACK_MS_MAX)) return [];
  return [
    { check: "not_acknowledged", what: `${planned.name} (${planned.kind}): ${end}, ${ackMs} ms` },
  ];
}

function answerFaults({ planned, due, screen }: Said): readonly Fault[] {
  const verdict = verdictOf(due, screen.messages);
  const there = screen.messages.map(({ text }) => text.slice(0, 100));
  const what = `${planned.name} (${planned.kind}) shows ${JSON.stringify(there)}`;
  const undone = undoneAfter(due, screen.moments);
  // A message of the bot's names whoever asked, because nothing else tells them that it is there.
  const pings = screen.moments.flatMap(({ message }) =>
    (message?.pings ?? []).filter((whom) => whom !== "user" || message?.by !== "bot"),
  );
  return [
    ...(verdict === "right" ? [] : [{ check: verdict === "missing" ? "lost" : verdict, what }]),
    ...(undone.length === 0 ? [] : [{ check: "undone", what: `${what}, after its end` }]),
    ...(pings.length === 0 ? [] : [{ check: "pinged", what: `${planned.name} pings ${pings}` }]),
  ];
}

/** What was heard just before a kill may be forgotten: then it is asked once more. */
function breachFaults(breaches: readonly Breach[], kills: readonly number[]): readonly Fault[] {
  return breaches
    .filter(
      ({ at, toldAt }) => toldAt === null || !kills.some((kill) => kill >= toldAt && kill <= at),
    )
    .map(({ rule, place, what }) => ({ check: rule, what: `${place}: ${what}` }));
}
