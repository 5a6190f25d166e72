import { describe, expect, test } from "vitest";
import { RULES } from "../../scripts/tidy/rules.ts";
import { readTree } from "../../scripts/tidy/tree.ts";

const tree = readTree();
const breaches = (files: readonly { path: string; text: string }[]) =>
  RULES.flatMap((rule) => rule({ files: [...tree.files, ...files] }));

describe("the house rules", () => {
  test("are kept by this house", () => {
    expect(tree.files.length).toBeGreaterThan(100);
    expect(breaches([])).toEqual([]);
  });

  // Each rule is broken on purpose: a check that finds nothing may be looking at nothing.
  test.each([
    {
      path: "src/edge/utils/x.ts",
      text: "",
      why: '"utils" says nothing: name the file after what it holds',
    },
    { path: "src/edge/index.ts", text: "", why: "index.ts is for the entry of a Worker only" },
    {
      path: "src/core/job/chance.ts",
      text: "const x = Math.random();",
      why: "Math.random is banned in core",
    },
    { path: "src/edge/x.ts", text: "// TO" + "DO: later", why: "Name the issue: TO" + "DO(#123)" },
    {
      path: "src/edge/x.ts",
      text: "export function reapLost() {}",
      why: '"reap" is not a word of this house: see docs/glossary.md',
    },
    {
      path: "src/core/job/lonely.ts",
      text: "export function lonely() {}",
      why: "no test imports it, nor anything that a test imports",
    },
    { path: "docs/errors/made_up.md", text: "", why: "there is no such code" },
    { path: "docs/adr/0099-skip-a-number.md", text: "", why: 'lacks "## Status"' },
    {
      path: "docs/x.md",
      text: "[x](nowhere.md)",
      why: "leads to docs/nowhere.md, which is not there",
    },
    { path: "docs/x.md", text: "in /ho" + "me/me/x", why: "names a path of some machine" },
  ])("find a breach in $path", ({ path, text, why }) => {
    expect(breaches([{ path, text }])).toContain(`${path}: ${why}`);
  });

  test("find a code without a page, a page without its parts, and a gap in the decisions", () => {
    const withoutPage = tree.files.filter(({ path }) => path !== "docs/errors/job_dead.md");
    const found = RULES.flatMap((rule) =>
      rule({
        files: [
          ...withoutPage,
          { path: "docs/errors/job_failed.md", text: "# job_failed\n" },
          { path: "docs/adr/0099-x.md", text: "" },
        ],
      }),
    );

    expect(found).toContain("docs/errors: no page job_dead.md");
    expect(found).toContain('docs/errors/job_failed.md: lacks "## What to do"');
    expect(found).toContain("docs/adr: 99 breaks the count");
  });
});
