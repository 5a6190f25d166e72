import * as z from "zod";

/**
 * A zod schema as JSON Schema.
 *
 * @param io `input`: what may be given, before defaults are filled in.
 */
export function schemaOf(schema: z.ZodType, io: "input" | "output"): object {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
