/** What a key is looked up by. Two that differ in any part share nothing, whatever characters they hold. */
export type KeyName = {
  /** Whose key it is: the same word of another tenant is another key. */
  readonly tenant: string;
  /** What the key is for: a word that is an Idempotency-Key and a dedupe key is two keys. */
  readonly scope: "idempotency" | `dedupe:${string}`;
  /** The caller's word. */
  readonly key: string;
};

/** The name as one text, of which the hash names the key's object. JSON keeps the parts apart. */
export function keyNameText({ tenant, scope, key }: KeyName): string {
  return JSON.stringify([tenant, scope, key]);
}
