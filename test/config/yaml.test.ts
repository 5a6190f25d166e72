import { describe, expect, test } from "vitest";
import { readYaml, TEXT_LENGTH_MAX } from "../../src/config/yaml.ts";

/** Its faults, wherever they are found. */
function faultsIn(text: string) {
  const read = readYaml(text);
  return read.ok ? read.value.faults : read.reason;
}

describe("a YAML text", () => {
  test("is read as JSON, with the line of every place", () => {
    const text = 'a:\n  b: [1,\n      two]\n  "c": # nothing\nd: |\n  long\n  text\n';

    const read = readYaml(text);

    const { value, lineOf } = read.ok ? read.value : { value: null, lineOf: () => 0 };
    expect(value).toEqual({ a: { b: [1, "two"], c: null }, d: "long\ntext\n" });
    expect(["a", "a.b", "a.b[0]", "a.b[1]", "a.c", "d"].map(lineOf)).toEqual([1, 2, 2, 3, 4, 5]);
    expect(["a.b[1].x", "a.missing", "missing", ""].map(lineOf)).toEqual([3, 1, 1, 1]);
  });

  test("may repeat itself by aliases, each with the line where its words stand", () => {
    const read = readYaml("a: &x\n  b: 1\nc: *x\nd: &x 2\ne: [*x]\n");

    const { value, lineOf } = read.ok ? read.value : { value: null, lineOf: () => 0 };
    expect(value).toEqual({ a: { b: 1 }, c: { b: 1 }, d: 2, e: [2] });
    expect(["c", "c.b"].map(lineOf)).toEqual([3, 2]);
  });

  test("counts its lines whichever way they end", () => {
    const read = readYaml("\uFEFFa: 1\r\n\r\nb: 2\r\n");

    expect(read.ok && read.value.lineOf("b")).toBe(3);
  });

  test.each(["", "# only a comment\n", "---\n", "---\n...\n"])("may be empty: %j", (text) => {
    expect(readYaml(text)).toMatchObject({ ok: true, value: { value: null, faults: [] } });
  });

  test("that cannot be parsed hears of every fault", () => {
    expect(faultsIn('a: @x\nb: "\\q"\nc: !thing 1\n')).toEqual([
      { path: "", message: "Plain value cannot start with reserved character @", line: 1 },
      { path: "", message: "Invalid escape sequence \\q", line: 2 },
      { path: "", message: "Unresolved tag: !thing", line: 3 },
    ]);
  });

  test.each([
    {
      what: "a second document",
      text: "a: 1\n---\nb: 2\n",
      fault: {
        path: "",
        message: "Must be one document: a line of --- begins another one",
        line: 2,
      },
    },
    {
      what: "a key that is a list",
      text: "a: 1\n? [b]\n: 2\n",
      fault: { path: "", message: "Must have plain words for keys", line: 2 },
    },
    {
      what: "a key twice",
      text: "a:\n  b: 1\n  c: 2\n  b: 3\n",
      fault: { path: "a.b", message: "Is there twice", line: 4 },
    },
    {
      what: "an alias of nothing",
      text: "a: 1\nb: *x\n",
      fault: { path: "b", message: "Has no anchor: &x must come before", line: 2 },
    },
    {
      what: "an anchor that comes later",
      text: "a: *x\nb: &x 1\n",
      fault: { path: "a", message: "Has no anchor: &x must come before", line: 1 },
    },
    {
      what: "a merge",
      text: "a: &x { b: 1 }\nc:\n  <<: *x\n",
      fault: {
        path: "c.<<",
        message: "Cannot be a key: YAML 1.2 merges no maps. Repeat the keys",
        line: 3,
      },
    },
    {
      what: "a key that is no place for anything",
      text: "a:\n  __proto__: { b: 1 }\n",
      fault: { path: "a.__proto__", message: "Cannot be a key", line: 2 },
    },
    {
      what: "infinity",
      text: "a: .inf\n",
      fault: { path: "a", message: "Must be a number that JSON has", line: 1 },
    },
    {
      what: "a number that would become another",
      text: "a: [1,\n 12345678901234567890]\n",
      fault: {
        path: "a[1]",
        message: "Must be put in quotes: the number is too long to be kept exactly",
        line: 2,
      },
    },
    {
      what: "a date of YAML 1.1",
      text: "%YAML 1.1\n---\na: 2001-12-14\n",
      fault: { path: "a", message: "Must be put in quotes: it is no JSON", line: 3 },
    },
  ])("is refused for $what", ({ text, fault }) => {
    expect(faultsIn(text)).toEqual([fault]);
  });

  test("keeps large numbers that are written as such", () => {
    expect(readYaml("a: 1e21\nb: 9007199254740991\nc: -0.5\n")).toMatchObject({
      ok: true,
      value: { value: { a: 1e21, b: 9_007_199_254_740_991, c: -0.5 }, faults: [] },
    });
  });
});

describe("a YAML text that asks too much", () => {
  const nested = (levels: number) => `a: ${"[".repeat(levels)}${"]".repeat(levels)}`;

  test("may be 64 levels deep, and no deeper", () => {
    expect(faultsIn(nested(63))).toEqual([]);
    expect(faultsIn(nested(64))).toMatchObject([{ message: "Is nested deeper than 64 levels" }]);
  });

  test.each([
    { what: "brackets", text: "[".repeat(TEXT_LENGTH_MAX) },
    { what: "dashes", text: "- ".repeat(TEXT_LENGTH_MAX / 2) },
    { what: "itself", text: "a: &x [*x, *x]" },
  ])("is refused in one fault when it nests without end: $what", ({ text }) => {
    expect(faultsIn(text)).toMatchObject([{ message: "Is nested deeper than 64 levels", line: 1 }]);
  });

  test("cannot grow by aliases beyond what it may be written out", () => {
    const level = (name: string, of: string) =>
      `${name}: &${name} [${Array.from({ length: 9 }, () => of).join(",")}]\n`;
    const bomb = ["a", "b", "c", "d", "e", "f", "g", "h"]
      .map((name, index, names) => level(name, index === 0 ? "x" : `*${names[index - 1]}`))
      .join("");
    const long = `a: &a ${"x".repeat(TEXT_LENGTH_MAX / 2)}\nb: [*a, *a]`;

    const message = "Must be at most 131072 characters, aliases written out";
    expect([bomb, long].map(faultsIn)).toEqual([
      [{ path: "e[7]", message, line: 5 }],
      [{ path: "b[1]", message, line: 2 }],
    ]);
  });

  test("is not even parsed when it is too long", () => {
    expect(faultsIn(" ".repeat(TEXT_LENGTH_MAX))).toEqual([]);
    expect(faultsIn(" ".repeat(TEXT_LENGTH_MAX + 1))).toEqual([
      { path: "", message: "Must be at most 131072 characters", line: 1 },
    ]);
  });
});

describe("a secret in a YAML text", () => {
  test.each([
    "a: whsec_MfKQ9r8",
    "a: ' WHSEC_MfKQ9r8'",
    "a:\n  - whsec_MfKQ9r8",
    "a: { whsec_MfKQ9r8: 1 }",
    "a: |whsec_MfKQ9r8",
    "a: !whsec_MfKQ9r8 1",
    "a: *whsec_MfKQ9r8",
    "a: |\n  whsec_MfKQ9r8",
  ])("is a fault that does not repeat it: %j", (text) => {
    const faults = faultsIn(text);

    expect(faults).toHaveLength(1);
    expect(JSON.stringify(faults)).not.toContain("MfKQ9r8");
  });

  test("is told where it belongs", () => {
    expect(faultsIn("a:\n  secret: whsec_MfKQ9r8")).toEqual([
      {
        path: "a.secret",
        message:
          "Must not be a secret: put it into a variable (.dev.vars, wrangler secret put) and give its name",
        line: 2,
      },
    ]);
  });
});
