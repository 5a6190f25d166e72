/** What was thrown, in words. JavaScript throws anything. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
