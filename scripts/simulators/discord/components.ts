import { codePoints, type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import type { SeenButton } from "../screen.ts";
import type { FormFault } from "./errors.ts";
import { COMPONENTS_MAX, DISPLAY_CHARACTERS_MAX, ROWS_MAX } from "./limits.ts";

type Component = Fields & { readonly path: readonly string[] };

const ROW = 1;
const BUTTON = 2;
const STRING_SELECT = 3;
const TEXT_DISPLAY = 10;
const SELECTS: readonly unknown[] = [3, 5, 6, 7, 8];
const LINK_STYLE = 5;
const V1_CHILDREN: readonly unknown[] = [BUTTON, ...SELECTS];
const ROW_BUTTONS_MAX = 5;
const OPTIONS_MAX = 25;

/** All that is wrong with the components of a message. */
export function componentFaults(components: unknown, isV2: boolean): readonly FormFault[] {
  if (components === undefined || components === null) return [];
  if (!Array.isArray(components)) {
    return [fault(["components"], "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")];
  }
  const all = everyComponent(components, ["components"]);
  return [
    ...(isV2 ? v2Faults(all) : v1Faults(components)),
    ...all.flatMap(oneFaults),
    ...sameIdFaults(all),
  ];
}

/** The buttons of a message, as they can be pressed, and selects as a button for each option. */
export function buttonsOf(components: unknown): readonly SeenButton[] {
  return everyComponent(listOf(components), []).flatMap((component) => {
    if (component["type"] !== BUTTON) return [];
    const id = component["custom_id"];
    return {
      id: typeof id === "string" ? id : null,
      label: textOf(component["label"]),
      isDisabled: component["disabled"] === true,
      blockId: "",
      value: null,
    };
  });
}

/** What the components say, where they are the message. */
export function displayedText(components: unknown): string {
  return everyComponent(listOf(components), [])
    .filter(({ type }) => type === TEXT_DISPLAY)
    .map(({ content }) => textOf(content))
    .join("\n");
}

function v1Faults(rows: readonly unknown[]): readonly FormFault[] {
  const tooMany =
    rows.length > ROWS_MAX
      ? [fault(["components"], "BASE_TYPE_BAD_LENGTH", `Must be ${ROWS_MAX} or fewer in length.`)]
      : [];
  return [...tooMany, ...rows.flatMap((row, index) => rowFaults(fieldsOf(row), index))];
}

function rowFaults(row: Fields, index: number): readonly FormFault[] {
  const path = ["components", String(index)];
  if (row["type"] !== ROW) {
    return [fault([...path, "type"], "UNION_TYPE_CHOICES", "Value of field must be one of (1,).")];
  }
  const children = listOf(row["components"]).map((child) => fieldsOf(child)["type"]);
  const buttons = children.filter((type) => type === BUTTON).length;
  const isRowOfOne = children.length === 1 && V1_CHILDREN.includes(children[0]);
  const isRowOfButtons = buttons === children.length && buttons > 0 && buttons <= ROW_BUTTONS_MAX;
  if (isRowOfOne || isRowOfButtons) return [];
  return [fault([...path, "components"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5.")];
}

function v2Faults(all: readonly Component[]): readonly FormFault[] {
  const characters = codePoints(
    all.map(({ type, content }) => (type === TEXT_DISPLAY ? textOf(content) : "")).join(""),
  );
  return [
    ...(all.length > COMPONENTS_MAX
      ? [fault(["components"], "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", "Must be 40 or fewer.")]
      : []),
    ...(characters > DISPLAY_CHARACTERS_MAX
      ? [
          fault(
            ["components"],
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            "Must be 4000 or fewer.",
          ),
        ]
      : []),
  ];
}

function oneFaults(component: Component): readonly FormFault[] {
  const { type, path } = component;
  if (type === BUTTON) return buttonFaults(component);
  if (!SELECTS.includes(type)) return [];
  return [
    ...lengthFaults(component, "custom_id", { min: 1, max: 100 }),
    ...lengthFaults(component, "placeholder", { min: 0, max: 150 }),
    ...(type === STRING_SELECT ? optionFaults(component, path) : []),
  ];
}

function buttonFaults(button: Component): readonly FormFault[] {
  const label = lengthFaults(button, "label", { min: 0, max: 80 });
  if (button["style"] === LINK_STYLE) {
    return [...label, ...lengthFaults(button, "url", { min: 1, max: 512 })];
  }
  const hasStyle = [1, 2, 3, 4].includes(Number(button["style"]));
  const style = hasStyle
    ? []
    : [fault([...button.path, "style"], "BASE_TYPE_CHOICES", "Value must be one of 1 to 6.")];
  return [...label, ...style, ...lengthFaults(button, "custom_id", { min: 1, max: 100 })];
}

function optionFaults(select: Component, path: readonly string[]): readonly FormFault[] {
  const options = listOf(select["options"]);
  const isBadLength = options.length < 1 || options.length > OPTIONS_MAX;
  return [
    ...(isBadLength
      ? [fault([...path, "options"], "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25.")]
      : []),
    ...options.flatMap((option, index) => {
      const at = { ...fieldsOf(option), path: [...path, "options", String(index)] };
      return [
        ...lengthFaults(at, "label", { min: 1, max: 100 }),
        ...lengthFaults(at, "value", { min: 1, max: 100 }),
        ...lengthFaults(at, "description", { min: 0, max: 100 }),
      ];
    }),
  ];
}

function lengthFaults(
  component: Component,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): readonly FormFault[] {
  const value = component[name];
  if (value === undefined && min === 0) return [];
  const length = typeof value === "string" ? codePoints(value) : -1;
  if (length >= min && length <= max) return [];
  const message = `Must be between ${min} and ${max} in length.`;
  return [fault([...component.path, name], "BASE_TYPE_BAD_LENGTH", message)];
}

function sameIdFaults(all: readonly Component[]): readonly FormFault[] {
  const ids = all.map((component) => component["custom_id"]).filter((id) => id !== undefined);
  if (new Set(ids).size === ids.length) return [];
  const message = "Component custom id cannot be duplicated";
  return [fault(["components"], "COMPONENT_CUSTOM_ID_DUPLICATED", message)];
}

/** A component and all that is in it, each with its place. */
function everyComponent(
  components: readonly unknown[],
  path: readonly string[],
): readonly Component[] {
  return components.flatMap((one, index) => {
    const component = { ...fieldsOf(one), path: [...path, String(index)] };
    const accessory = "accessory" in component ? [component["accessory"]] : [];
    return [
      component,
      ...everyComponent(listOf(fieldsOf(one)["components"]), [...component.path, "components"]),
      ...everyComponent(accessory, [...component.path, "accessory"]),
    ];
  });
}

function fault(path: readonly string[], code: string, message: string): FormFault {
  return { path, code, message };
}
