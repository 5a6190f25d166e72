/** Why a key is not given to a trigger. Each code has a page in docs/errors/. */
export type KeyRefusal =
  /** The key stands for a request with another method, path or body. */
  { readonly code: "idempotency_key_reused" };
