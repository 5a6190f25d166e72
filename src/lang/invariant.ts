/** A bug in Holdline itself: never shown to a caller, always logged. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/**
 * Stops on a broken promise that the types cannot express.
 *
 * @throws {InvariantError} when `condition` is false.
 */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantError(message);
}

/**
 * Closes a `switch`: a new variant makes this call a compile error.
 *
 * @throws {InvariantError} always: data from outside the types got here.
 */
export function unreachable(value: never): never {
  throw new InvariantError(`Cannot handle variant: ${JSON.stringify(value)}`);
}
