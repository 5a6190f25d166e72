import { type Fields, fieldsOf, listOf, textOf } from "../json.ts";

/** What is filled in where nothing else is said. */
const WORD = "Fine";
const NUMBER = "1";

/** A form as somebody sends it who takes what is offered first, in the way Slack tells it. */
export function viewValues(view: Fields): Fields {
  const inputs = listOf(view["blocks"])
    .map(fieldsOf)
    .filter(({ type }) => type === "input");
  return Object.fromEntries(
    inputs.map((block) => {
      const element = fieldsOf(block["element"]);
      return [textOf(block["block_id"]), { [textOf(element["action_id"])]: filled(element) }];
    }),
  );
}

function filled(element: Fields): Fields {
  const { type } = element;
  const [option = null] = listOf(element["options"]);
  switch (type) {
    case "static_select":
    case "radio_buttons":
      return { type, selected_option: element["initial_option"] ?? option };
    case "checkboxes":
      return { type, selected_options: option === null ? [] : [option] };
    case "number_input":
      return { type, value: textOf(element["initial_value"]) || NUMBER };
    default:
      return { type, value: textOf(element["initial_value"]) || WORD };
  }
}
