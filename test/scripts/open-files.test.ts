import { describe, expect, test } from "vitest";
import { capacityOf, openFilesMax } from "../../scripts/local/open-files.ts";

describe("what a machine carries", () => {
  test.each([
    { files: null, capacity: { connections: 10_000, objects: null } },
    { files: 1_048_576, capacity: { connections: 10_000, objects: 262_144 } },
    { files: 2 ** 30, capacity: { connections: 10_000, objects: 1_000_000 } },
    { files: 20_000, capacity: { connections: 2000, objects: 5000 } },
    { files: 1024, capacity: { connections: 102, objects: 256 } },
    { files: 1, capacity: { connections: 1, objects: 1 } },
  ])("with $files files for a process is $capacity", ({ files, capacity }) => {
    expect(capacityOf(files)).toEqual(capacity);
  });

  test("follows from what this very system says", () => {
    expect(openFilesMax() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(0);
  });
});
