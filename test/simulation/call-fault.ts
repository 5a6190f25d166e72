/** The world failed between two parts of the gateway: thrown, as the platform throws it. */
export class CallFault extends Error {
  override readonly name = "CallFault";
  /** Whether the platform says that calling again can help. */
  readonly retryable: boolean;

  constructor(message: string, retryable: boolean) {
    super(message);
    this.retryable = retryable;
  }
}
