import { basename, dirname } from "node:path";

/**
 * Test files in the order in which they most likely notice a mistake in a file: its own test, those of its
 * folder, all other tables, and at last the drawn stories, which take longest.
 */
export function inOrderFor(path: string, tests: readonly string[]): readonly string[] {
  const folder = dirname(path).replace("src/", "test/");
  const own = `${folder}/${basename(path, ".ts")}.test.ts`;
  const rankOf = (test: string): number => {
    const isNear = dirname(test) === folder;
    if (test.endsWith(".property.test.ts")) return isNear ? 3 : 4;
    if (test === own) return 0;
    return isNear ? 1 : 2;
  };
  return tests.toSorted((left, right) => rankOf(left) - rankOf(right) || left.localeCompare(right));
}
