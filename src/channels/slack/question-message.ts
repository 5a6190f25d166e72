import type { AskForm, Choice, Field } from "../../core/ask/ask-form.ts";
import type { SlackSeat } from "../../core/channel/seat.ts";
import type { Snapshot } from "../../core/job/snapshot.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { Question } from "../telling.ts";
import { type Asked, buttonValue, listActionId, type Pressed } from "./action.ts";
import { context, fitting, LIMITS, message, plain, type SlackMessage, section } from "./block.ts";
import { jobLine } from "./end-message.ts";
import { fieldBlock } from "./field-block.ts";
import { optionsOf } from "./option.ts";
import { beginningOf, escaped, mrkdwn, shortened } from "./text.ts";

/** Together with the lines below them they stay within what a message may have. */
const TITLE_LENGTH_MAX = 150;
const TEXT_LENGTH_MAX = 2400;
const DESCRIPTIONS_LENGTH_MAX = 1200;
const CONTROLS_LENGTH_MAX = 6500;

/** What is around the fields of a question has blocks of its own. */
const FIELDS_MAX = 40;

/** A question that can be answered where it stands, with buttons, a list or fields. */
export function questionMessage(
  snapshot: Snapshot,
  { waitId, form }: Question,
  { answers, userId }: Pick<SlackSeat, "answers" | "userId">,
): SlackMessage {
  const controls = controlsOf(form, { jobId: snapshot.job_id, waitId });
  const who = answers === "invoker" ? `Only <@${escaped(userId)}> can answer. ` : "";
  return message(escaped(form.title.trim() || "There is a question"), [
    ...wordsOf(form),
    ...controls.blocks,
    ...(controls.left > 0 ? [context(leftLine(snapshot, controls.left))] : []),
    context(`${who}${jobLine(snapshot)}`),
  ]);
}

/**
 * A question that was answered: what was said stands where it could be chosen, so that nobody tries to
 * answer it again.
 *
 * @param form `null` = the question is not at hand: only the answer is shown.
 * @param answer In words: the label of what was chosen.
 */
export function answeredMessage({
  form,
  answer,
  who,
}: {
  readonly form: AskForm | null;
  readonly answer: string;
  readonly who: { readonly userId: string } | { readonly way: string };
}): SlackMessage {
  const by = "userId" in who ? `<@${escaped(who.userId)}>` : who.way;
  const said = `✅ ${shortened(escaped(answer), ANSWER_LENGTH_MAX)} — ${by}`;
  return message(said, [...(form === null ? [] : wordsOf(form)), section(said)]);
}

const ANSWER_LENGTH_MAX = 300;

function wordsOf({ title, text }: AskForm): readonly JsonObject[] {
  const head = shortened(escaped(title.replace(/\s+/g, " ").trim()), TITLE_LENGTH_MAX);
  const body = text === null ? "" : beginningOf(mrkdwn(text), TEXT_LENGTH_MAX);
  return [
    ...(head === "" ? [] : [section(`*${head}*`)]),
    ...(body.trim() === "" ? [] : [section(body)]),
  ];
}

type Controls = {
  readonly blocks: readonly JsonObject[];
  /** Choices or fields that no message has room for. */
  readonly left: number;
};

function controlsOf(form: AskForm, asked: Asked): Controls {
  if (form.choices.length > 0) return choiceControls(form.choices, asked);
  if (form.fields.length > 0) return fieldControls(form.fields, asked);
  const verbs = [
    button("Continue", { ...asked, answer: { kind: "accept" } }, "primary"),
    button("Decline", { ...asked, answer: { kind: "decline" } }),
  ];
  return { blocks: [actions(verbs)], left: 0 };
}

function choiceControls(choices: readonly Choice[], asked: Asked): Controls {
  const known = optionsOf(choices);
  if (choices.length <= LIMITS.buttons && known.length === choices.length) {
    const buttons = choices.map(({ id, label }) =>
      button(label, { ...asked, answer: { kind: "choice", id } }),
    );
    return { blocks: [...descriptionsOf(choices), actions(buttons)], left: 0 };
  }
  const options = fitting(known, CONTROLS_LENGTH_MAX);
  const list = {
    type: "static_select",
    action_id: listActionId(asked),
    placeholder: plain("Choose one", LIMITS.optionTextLength),
    options,
  };
  const blocks = options.length === 0 ? [] : [actions([list])];
  return { blocks, left: choices.length - options.length };
}

/** What the choices mean, above their buttons. */
function descriptionsOf(choices: readonly Choice[]): readonly JsonObject[] {
  const lines = choices.flatMap(({ label, description }) =>
    description === null ? [] : [`*${shortened(escaped(label), 75)}*: ${mrkdwn(description)}`],
  );
  return lines.length === 0
    ? []
    : [section(beginningOf(lines.join("\n"), DESCRIPTIONS_LENGTH_MAX))];
}

function fieldControls(fields: readonly Field[], asked: Asked): Controls {
  const known = fields.flatMap((field) => fieldBlock(field));
  const blocks = fitting(known, CONTROLS_LENGTH_MAX).slice(0, FIELDS_MAX);
  const verbs = [
    button("Submit", { ...asked, answer: { kind: "submit" } }, "primary"),
    button("Decline", { ...asked, answer: { kind: "decline" } }),
  ];
  return { blocks: [...blocks, actions(verbs)], left: fields.length - blocks.length };
}

function leftLine({ links }: Snapshot, left: number): string {
  const more = `${left} more ${left === 1 ? "is" : "are"} not shown here.`;
  return shortened(`${more} Answer with \`POST ${escaped(links.self)}/resume\``, 400);
}

function actions(elements: readonly JsonObject[]): JsonObject {
  return { type: "actions", elements };
}

function button(label: string, pressed: Pressed, style?: "primary"): JsonObject {
  const { answer } = pressed;
  const name = answer.kind === "choice" ? `choice.${answer.id}` : answer.kind;
  return {
    type: "button",
    action_id: `holdline.${name}`,
    text: plain(label || name, LIMITS.buttonTextLength),
    value: buttonValue(pressed),
    ...(style === undefined ? {} : { style }),
  };
}
