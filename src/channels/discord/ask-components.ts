import type {
  APIActionRowComponent,
  APIButtonComponentWithCustomId,
  APIStringSelectComponent,
} from "discord-api-types/v10";
import type { Choice } from "../../core/ask/ask-form.ts";
import type { JsonObject } from "../../lang/json.ts";
import type { Question } from "../telling.ts";
import { isFillable } from "./ask-modal.ts";
import { type Verb, writeCustomId } from "./custom-id.ts";
import { labelOf, optionsOf } from "./select-options.ts";
import { oneLine } from "./text.ts";

/** Discord's limits. */
const BUTTONS_MAX = 5;
const BUTTON_LENGTH_MAX = 80;

const PRIMARY = 1;
const SECONDARY = 2;
const SUCCESS = 3;

/** What a question can be answered with, below its text: one row, or none where it takes more than fits. */
export function componentsOf(jobId: string, { waitId, form }: Question): readonly JsonObject[] {
  const named = (verb: Verb, choice: number | null = null) =>
    writeCustomId({ verb, jobId, waitId, choice });
  const decline = button("Decline", SECONDARY, named("decline"));
  if (form.choices.length > BUTTONS_MAX) return [rowOf([selectOf(named("select"), form.choices)])];
  if (form.choices.length > 0) {
    return [
      rowOf(
        form.choices.map((choice, index) =>
          button(labelOf(choice), SECONDARY, named("choose", index)),
        ),
      ),
    ];
  }
  if (form.fields.length === 0) {
    return [rowOf([button("Continue", SUCCESS, named("accept")), decline])];
  }
  if (!isFillable(form)) return [rowOf([decline])];
  return [rowOf([button("Answer", PRIMARY, named("open")), decline])];
}

function rowOf<Entry extends APIButtonComponentWithCustomId | APIStringSelectComponent>(
  entries: Entry[],
) {
  return { type: 1, components: entries } satisfies APIActionRowComponent<Entry>;
}

function button(label: string, style: 1 | 2 | 3, customId: string) {
  return {
    type: 2,
    style,
    label: oneLine(label, BUTTON_LENGTH_MAX),
    custom_id: customId,
  } satisfies APIButtonComponentWithCustomId;
}

function selectOf(customId: string, choices: readonly Choice[]) {
  return {
    type: 3,
    custom_id: customId,
    options: optionsOf(choices, null),
    placeholder: "Choose one",
  } satisfies APIStringSelectComponent;
}
