import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/local/build.ts";
import { inOrderFor } from "../../scripts/mutants/order.ts";
import { planted } from "../../scripts/mutants/plant.ts";
import { MUTANTS } from "../mutants/all.ts";

const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");

describe("the mutants of the core", () => {
  test("are enough, in every folder", () => {
    const folders = Map.groupBy(MUTANTS, ({ path }) => dirname(path));

    expect([...folders.keys()].toSorted()).toEqual(
      ["artifact", "ask", "breaker", "callback", "channel", "job", "key", "lane"]
        .concat(["plugin", "retry", "template"])
        .map((name) => `src/core/${name}`),
    );
    expect(MUTANTS.length).toBeGreaterThan(400);
  });

  test("are each of their own", () => {
    const titles = MUTANTS.map(({ path, mistake }) => `${path}: ${mistake}`);
    const changes = MUTANTS.map(({ path, right, wrong }) => [path, right, wrong].join("\n"));

    expect(new Set(titles).size).toBe(MUTANTS.length);
    expect(new Set(changes).size).toBe(MUTANTS.length);
  });

  // The code moves on. What cannot be made any more, or cannot be read, says nothing about the tests.
  test.each(MUTANTS)("can be made: $path: $mistake", (mutant) => {
    const text = planted(textOf(mutant.path), mutant);

    expect(() => stripTypeScriptTypes(text)).not.toThrow();
  });
});

describe("a mistake", () => {
  const mutant = { mistake: "a word is wrong", path: "src/core/a.ts", right: "$1", wrong: "$&" };

  test("stands in the place of what is right, letter by letter", () => {
    expect(planted("a $1 b", mutant)).toBe("a $& b");
  });

  test.each([
    { why: "stands nowhere", text: "a b", times: 'has "$1" 0 times' },
    { why: "stands there twice", text: "$1 $1", times: 'has "$1" 2 times' },
  ])("is not made in place of what $why", ({ text, times }) => {
    expect(() => planted(text, mutant)).toThrow(times);
  });

  test("changes something", () => {
    expect(() => planted("a $1 b", { ...mutant, wrong: "$1" })).toThrow("nothing would change");
  });
});

test("the tests next to a mistake are run first, and drawn stories last", () => {
  const tests = [
    "test/core/job/decide.property.test.ts",
    "test/core/ask/asked.test.ts",
    "test/core/lane/starts.property.test.ts",
    "test/core/lane/state.test.ts",
    "test/core/lane/starts.test.ts",
  ];

  expect(inOrderFor("src/core/lane/starts.ts", tests)).toEqual([
    "test/core/lane/starts.test.ts",
    "test/core/lane/state.test.ts",
    "test/core/ask/asked.test.ts",
    "test/core/lane/starts.property.test.ts",
    "test/core/job/decide.property.test.ts",
  ]);
});
