/** How an attempt failed, in the plugin's own words. Throw it from a command. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: string;
  /** `false`: trying again is useless, the job ends as `failed`. */
  readonly retry: boolean;
  /** How long to rest before the next attempt, instead of the backoff; 0 = the backoff. */
  readonly retryAfterMs: number;

  /** @param code Stable, snake_case: what programs look at. `EX_CONFIG` is never retried. */
  constructor(
    code: string,
    message: string,
    options: {
      readonly retry?: boolean;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retry = options.retry ?? true;
    this.retryAfterMs = options.retryAfterMs ?? 0;
  }
}
