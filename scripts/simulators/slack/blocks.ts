import { codePoints, type Fields, fieldsOf, listOf, textOf } from "../json.ts";
import type { SeenButton } from "../screen.ts";

const BLOCKS_MAX = 50;
const BLOCKS_CHARACTERS_MAX = 13_200;
const MARKDOWN_MAX = 12_000;
const ID_MAX = 255;

/** Of a block's own text, by its type. */
const TEXT_MAX: { readonly [type: string]: number } = { section: 3000, header: 150 };
const FIELDS_MAX = 10;
const FIELD_MAX = 2000;
const ACTIONS_MAX = 25;
const CONTEXT_MAX = 10;
const BUTTON = { text: 75, value: 2000, url: 3000 } as const;

const TYPES: readonly unknown[] = [
  "actions",
  "context",
  "divider",
  "file",
  "header",
  "image",
  "input",
  "markdown",
  "rich_text",
  "section",
];

/** Slack's error for the blocks of a message; `null` = they are right. */
export function blocksError(blocks: unknown): "invalid_blocks" | "msg_blocks_too_long" | null {
  if (blocks === undefined) return null;
  if (!Array.isArray(blocks) || blocks.length > BLOCKS_MAX) return "invalid_blocks";
  const all = blocks.map(fieldsOf);
  if (!all.every(isRight) || hasSameIds(all)) return "invalid_blocks";
  const markdown = all.filter(({ type }) => type === "markdown").map(({ text }) => textOf(text));
  if (codePoints(markdown.join("")) > MARKDOWN_MAX) return "invalid_blocks";
  return codePoints(blocksText(blocks)) > BLOCKS_CHARACTERS_MAX ? "msg_blocks_too_long" : null;
}

/** What blocks say, as it is read. */
export function blocksText(blocks: unknown): string {
  return listOf(blocks)
    .map(fieldsOf)
    .flatMap((block) => [
      ownText(block),
      ...listOf(block["fields"]).map((field) => textOf(fieldsOf(field)["text"])),
      ...(block["type"] === "context" || block["type"] === "rich_text"
        ? listOf(block["elements"]).map(nestedText)
        : []),
    ])
    .filter((text) => text !== "")
    .join("\n");
}

/** What can be pressed. */
export function blocksButtons(blocks: unknown): readonly SeenButton[] {
  return listOf(blocks)
    .map(fieldsOf)
    .flatMap((block) =>
      elementsOf(block)
        .filter(({ type }) => type === "button")
        .map((button) => ({
          id: "url" in button ? null : textOf(button["action_id"]),
          label: textOf(fieldsOf(button["text"])["text"]),
          isDisabled: false,
          blockId: textOf(block["block_id"]),
          value: typeof button["value"] === "string" ? button["value"] : null,
        })),
    );
}

function isRight(block: Fields): boolean {
  const type = textOf(block["type"]);
  if (!TYPES.includes(type)) return false;
  if (codePoints(textOf(block["block_id"])) > ID_MAX) return false;
  const max = TEXT_MAX[type];
  if (max !== undefined && !isTextOf(block, type, max)) return false;
  const fields = listOf(block["fields"]).map((field) => textOf(fieldsOf(field)["text"]));
  if (fields.length > FIELDS_MAX || fields.some((text) => codePoints(text) > FIELD_MAX)) {
    return false;
  }
  const elements = listOf(block["elements"]).length;
  if (type === "context" && (elements < 1 || elements > CONTEXT_MAX)) return false;
  if (type === "actions" && (elements < 1 || elements > ACTIONS_MAX)) return false;
  return elementsOf(block).every(isRightElement);
}

/** A section may have fields in place of a text. */
function isTextOf(block: Fields, type: string, max: number): boolean {
  if (block["text"] === undefined) return type === "section" && "fields" in block;
  const text = textOf(fieldsOf(block["text"])["text"]);
  return text !== "" && codePoints(text) <= max;
}

function isRightElement(element: Fields): boolean {
  if (codePoints(textOf(element["action_id"])) > ID_MAX) return false;
  if (element["type"] !== "button") return true;
  const text = textOf(fieldsOf(element["text"])["text"]);
  return (
    text !== "" &&
    codePoints(text) <= BUTTON.text &&
    codePoints(textOf(element["value"])) <= BUTTON.value &&
    codePoints(textOf(element["url"])) <= BUTTON.url
  );
}

function hasSameIds(blocks: readonly Fields[]): boolean {
  const ids = blocks.flatMap(({ block_id: id }) => (id === undefined ? [] : [id]));
  return new Set(ids).size < ids.length;
}

function elementsOf(block: Fields): readonly Fields[] {
  const actions = block["type"] === "actions" ? listOf(block["elements"]) : [];
  const accessory = "accessory" in block ? [block["accessory"]] : [];
  return [...actions, ...accessory].map(fieldsOf);
}

/** A text object, or the text itself. */
function ownText({ text }: Fields): string {
  return typeof text === "string" ? text : textOf(fieldsOf(text)["text"]);
}

function nestedText(element: unknown): string {
  const fields = fieldsOf(element);
  const inner = listOf(fields["elements"]).map(nestedText);
  return [textOf(fields["text"]), ...inner].join("");
}
