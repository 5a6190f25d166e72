/** What a caller gave, by name, as it came: also where something else in it is wrong. */
export type Given = { readonly [name: string]: unknown };
