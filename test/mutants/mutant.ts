/** The core with one mistake in it, made on purpose: a test must notice. */
export type Mutant = {
  /** What the core does wrong then, in words. */
  readonly mistake: string;
  /** From the root of the repository. */
  readonly path: string;
  /** What stands there, exactly once. */
  readonly right: string;
  readonly wrong: string;
};

/** The mistakes to make in one file. */
export type Mistakes = readonly (readonly [mistake: string, right: string, wrong: string])[];

/** Mutants of one folder of the core, by the names of its files. */
export function mutantsIn(
  folder: string,
  files: { readonly [file: string]: Mistakes },
): readonly Mutant[] {
  return Object.entries(files).flatMap(([file, mistakes]) =>
    mistakes.map(([mistake, right, wrong]) => ({
      mistake,
      path: `src/core/${folder}/${file}`,
      right,
      wrong,
    })),
  );
}
