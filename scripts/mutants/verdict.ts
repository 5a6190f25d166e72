import type { Mutant } from "../../test/mutants/mutant.ts";

/** What a judge is asked about: a mutant, or with `null` the core as it is, which every test must pass. */
export type Question = { readonly mutant: Mutant | null };

/** What the tests of the core make of a mutant. */
export type Verdict =
  /** The first test that fails of it, and the file that it is in. */
  | { readonly kind: "caught"; readonly file: string; readonly test: string }
  /** Every test passes: whatever the mistake breaks, no test protects it. */
  | { readonly kind: "missed" }
  /** The tests did not end, which nobody has noticed: it counts as missed until somebody looks at it. */
  | { readonly kind: "hung" }
  /** It says nothing about the tests: no test loads the mutant, or it cannot be loaded. */
  | { readonly kind: "void"; readonly why: string };
