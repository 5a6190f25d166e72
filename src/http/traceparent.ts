/** Version 00 as the W3C wrote it; of later versions, the same four parts and whatever follows them. */
const TRACEPARENT =
  /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/**
 * The caller's trace context, or `null` where there is none or it is not valid: then it is as if the
 * caller had sent nothing.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export function traceparentOf(headers: Headers): string | null {
  const value = headers.get("traceparent") ?? "";
  if (!TRACEPARENT.test(value)) return null;
  const isExact = value.length === 55;
  return isExact || !value.startsWith("00") ? value.slice(0, 55) : null;
}
