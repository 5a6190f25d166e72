/** Where those wait who would speak while nobody is there. */
export class Gate {
  #opened = Promise.withResolvers<void>();
  #isOpen = false;

  open(): void {
    this.#isOpen = true;
    this.#opened.resolve();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  close(): void {
    if (this.#isOpen) this.#opened = Promise.withResolvers<void>();
    this.#isOpen = false;
  }

  passed(): Promise<void> {
    return this.#opened.promise;
  }
}
