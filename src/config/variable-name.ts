import * as z from "zod/mini";

/** The name of a variable: the file is kept in the repository, so secrets are named in it, never written. */
export const VariableName = z
  .string()
  .check(z.regex(/^[A-Z][A-Z0-9_]*$/, "Must be the name of a variable, such as LAB_SECRET"));
