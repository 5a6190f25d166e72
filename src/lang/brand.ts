declare const brand: unique symbol;

/** A value that only its own maker hands out: two ids, or an instant and a length, never mix. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
