import { mutantsIn } from "./mutant.ts";

export const TEMPLATE_MUTANTS = mutantsIn("template", {
  "fill.ts": [
    ["a place may reach a prototype that somebody sent", " || NEVER.includes(name)", ""],
    [
      "a place may name the length of a list",
      "INDEX.test(name) ? value[Number(name)] : undefined",
      "value[name as never]",
    ],
    [
      "a place may name what every object has",
      "Object.hasOwn(value, name) ? value[name] : undefined",
      "value[name]",
    ],
    [
      "a missing place leaves a hole in a list",
      "template.map((each) => filled(each, look) ?? null)",
      "template.map((each) => filled(each, look))",
    ],
    ["a brace that stands for itself stays doubled", "mark.charAt(0)", "mark"],
    ["a missing place becomes the word null", 'if (value === null) return "";', ""],
    [
      "what is put into a text is not written as JSON",
      'typeof value === "object" ? JSON.stringify(value) : String(value)',
      "String(value)",
    ],
    [
      "a place that stands alone becomes text",
      "path === undefined ? mixedText(template, look) : look(path)",
      "mixedText(template, look)",
    ],
    ["nobody hears which places are missing", "if (found === undefined) missing.add(path);", ""],
    [
      "a key whose value is missing is there",
      "value === undefined ? [] : [[key, value] as const]",
      "[[key, value] as const]",
    ],
    ["an index may begin with zeros", "/^(?:0|[1-9]\\d*)$/", "/^\\d+$/"],
  ],
});
