import { codePoints, type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import { type Brought, broughtBy } from "./body.ts";
import type { Interaction } from "./interaction.ts";
import { ANSWER, COMPONENTS_V2, EPHEMERAL, INTERACTION } from "./limits.ts";
import { type MessageForm, messageForm } from "./message-form.ts";
import { emptyMessage } from "./stored-message.ts";
import type { DiscordWorld } from "./world.ts";

/** What the gateway answered to an interaction, on the connection that brought it. */
export type InlineAnswer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly bytes: Uint8Array<ArrayBuffer>;
};

/** A form that is open in front of the user. */
export type OpenForm = {
  readonly customId: string;
  readonly title: string;
  /** What can be filled in, in order, with what it begins with. */
  readonly fields: readonly FormField[];
};

export type FormField = {
  readonly customId: string;
  /** Discord's number of the component. */
  readonly type: number;
  readonly label: string;
  readonly isRequired: boolean;
  readonly value: string;
  /** Of a choice. */
  readonly options: readonly string[];
};

export type TakenAnswer =
  | { readonly ok: true; readonly type: number; readonly form: OpenForm | null }
  | { readonly ok: false; readonly why: string };

/** By the interaction's type: the answers that Discord takes. */
const ALLOWED: { readonly [type: number]: readonly number[] } = {
  [INTERACTION.ping]: [ANSWER.pong],
  [INTERACTION.command]: [ANSWER.message, ANSWER.thinking, ANSWER.modal],
  [INTERACTION.component]: [
    ANSWER.message,
    ANSWER.thinking,
    ANSWER.deferredUpdate,
    ANSWER.update,
    ANSWER.modal,
  ],
  [INTERACTION.autocomplete]: [ANSWER.choices],
  [INTERACTION.modal]: [ANSWER.message, ANSWER.thinking],
};

/** Those that a form may have as well which a component has opened. */
const OF_SOURCE: readonly number[] = [ANSWER.deferredUpdate, ANSWER.update];

const CHOICES_MAX = 25;
const TITLE_MAX = 45;
const FORM_FIELDS_MAX = 5;

/**
 * Takes an inline answer as Discord does: shows what it says, opens the token, or finds it invalid,
 * which nobody but the user is ever told.
 */
export async function takeInlineAnswer(
  world: DiscordWorld,
  interaction: Interaction,
  answer: InlineAnswer,
): Promise<TakenAnswer> {
  const taken = await tried(world, interaction, answer);
  if (!taken.ok) {
    world.breaches.add("invalid_inline_answer", interaction.channelId, taken.why);
    world.screen(interaction.channelId)?.broken("The application did not respond");
    return taken;
  }
  const now = world.options.now();
  interaction.acknowledgedAt = now;
  interaction.unknownUntil = now + world.options.drawLagMs();
  return taken;
}

async function tried(
  world: DiscordWorld,
  interaction: Interaction,
  answer: InlineAnswer,
): Promise<TakenAnswer> {
  if (answer.status !== 200) return wrong(`Status ${answer.status}`);
  const brought = await broughtBy(answer);
  if (!brought.ok) return wrong(brought.refusal.message);
  const { type, data } = brought.value.json;
  const isAllowed =
    ALLOWED[interaction.type]?.includes(Number(type)) === true ||
    (interaction.type === INTERACTION.modal &&
      interaction.sourceId !== null &&
      OF_SOURCE.includes(Number(type)));
  if (!isAllowed) return wrong(`Type ${type} for an interaction of type ${interaction.type}`);
  const inside = { json: fieldsOf(data), files: brought.value.files };
  return takenAs(world, interaction, { type: Number(type), ...inside });
}

type Given = Brought & { readonly type: number };

function takenAs(world: DiscordWorld, interaction: Interaction, given: Given): TakenAnswer {
  const { type, json } = given;
  switch (type) {
    case ANSWER.message:
    case ANSWER.update:
      return said(world, interaction, given);
    case ANSWER.thinking:
      return thinking(world, interaction, json);
    case ANSWER.deferredUpdate:
      interaction.originalId = interaction.sourceId;
      return taken(type);
    case ANSWER.modal:
      return opened(world, interaction, json);
    case ANSWER.choices:
      return listOf(json["choices"]).length > CHOICES_MAX ? wrong("Too many choices") : taken(type);
    default:
      return taken(type);
  }
}

function said(world: DiscordWorld, interaction: Interaction, given: Given): TakenAnswer {
  const form = messageForm(given, world.options.fileBytesMax);
  if (!form.ok) return wrong(JSON.stringify({ ...form.refusal, faults: form.faults }));
  const source = given.type === ANSWER.update ? world.message(interaction.sourceId) : undefined;
  const written = world.write(source ?? firstMessage(world, interaction, form.value), form.value);
  if (!written.ok) return wrong(written.refusal.message);
  interaction.originalId = written.value.id;
  interaction.isEphemeral = written.value.isEphemeral;
  return taken(given.type);
}

/** The only thing that a deferral says is who will see the answer. */
function thinking(world: DiscordWorld, interaction: Interaction, json: Fields): TakenAnswer {
  const flags = Number(json["flags"] ?? 0);
  if ((flags & ~(EPHEMERAL | COMPONENTS_V2)) !== 0) return wrong(`Flags ${flags} in a deferral`);
  interaction.isEphemeral = (flags & EPHEMERAL) !== 0;
  const message = world.put({
    ...firstMessage(world, interaction, { isEphemeral: interaction.isEphemeral }),
    isThinking: true,
  });
  interaction.originalId = message.id;
  return taken(ANSWER.thinking);
}

function opened(world: DiscordWorld, interaction: Interaction, json: Fields): TakenAnswer {
  const title = textOf(json["title"]);
  const customId = textOf(json["custom_id"]);
  const components = listOf(json["components"]).map(fieldsOf);
  const isRight =
    isBetween(codePoints(title), 1, TITLE_MAX) &&
    isBetween(customId.length, 1, 100) &&
    isBetween(components.length, 1, FORM_FIELDS_MAX);
  if (!isRight) return wrong(`A form with faults: ${JSON.stringify(json)}`);
  world.screen(interaction.channelId)?.form(title);
  const fields = components.flatMap(formFields);
  return { ok: true, type: ANSWER.modal, form: { customId, title, fields } };
}

/** A Label with its component in it, or a row of text inputs: Discord knows both. */
function formFields(component: Fields): readonly FormField[] {
  const inner = "component" in component ? [component["component"]] : component["components"];
  return listOf(inner)
    .map(fieldsOf)
    .map((field) => ({
      customId: textOf(field["custom_id"]),
      type: Number(field["type"]),
      label: textOf(component["label"] ?? field["label"]),
      isRequired: field["required"] !== false,
      value: textOf(field["value"]),
      options: listOf(field["options"]).map((option) => textOf(fieldsOf(option)["value"])),
    }));
}

function firstMessage(
  world: DiscordWorld,
  { channelId, token }: Interaction,
  { isEphemeral }: Pick<MessageForm, "isEphemeral">,
) {
  return emptyMessage({ id: world.newId(), channelId, token, isEphemeral });
}

function isBetween(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function taken(type: number): TakenAnswer {
  return { ok: true, type, form: null };
}

function wrong(why: string): TakenAnswer {
  return { ok: false, why };
}
