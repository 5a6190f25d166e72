import type { SlotRef } from "../../core/lane/slot.ts";
import { merged, STATE_BYTES_MAX, type StateUpdates } from "../../core/lane/state.ts";
import { InvariantError } from "../../lang/invariant.ts";
import type { JsonObject } from "../../lang/json.ts";
import { utf8Length } from "../../lang/text.ts";
import { logError } from "../log.ts";

const ROW = "state";

/** The row `state`: written when an attempt with updates leaves, read by whoever starts one. */
type StoredState = {
  /** The form of this row. */
  readonly v: 1;
  /** JSON in UTF-8: a string with one character beyond Latin-1 would be stored at two bytes each. */
  readonly json: Uint8Array;
  /** Whose updates are in it, the newest last. */
  readonly applied: readonly string[];
};

/**
 * How many attempts are remembered as applied. An `enter` that is overtaken by its attempt's whole run
 * would make a slot of nobody's, and a repeated `leave` its updates a second time; attempts with state
 * run one at a time, so no call is on its way for as long as a hundred of them.
 */
const APPLIED_MAX = 100;

/** The state document of one plugin, in the storage of its lane. */
export class StateDocument {
  readonly #storage: DurableObjectStorage;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** The document; `{}` at first. */
  read(): JsonObject {
    return documentOf(this.#stored());
  }

  hasApplied(ref: SlotRef): boolean {
    return this.#stored()?.applied.includes(nameOf(ref)) ?? false;
  }

  /**
   * Changes the document. One that would become too large stays as it was: that is a bug, because the
   * runner measures before it reports, and it must not cost the lane its slot.
   */
  apply(ref: SlotRef, updates: StateUpdates): void {
    const before = this.#stored();
    const text = JSON.stringify(merged(documentOf(before), updates));
    const bytes = utf8Length(text);
    const applied = [...(before?.applied ?? []), nameOf(ref)].slice(-APPLIED_MAX);
    if (bytes > STATE_BYTES_MAX) {
      const why = `Cannot keep a state document: it has ${bytes} bytes, the limit is ${STATE_BYTES_MAX}`;
      logError("lane.state_too_large", new InvariantError(why), { job_id: ref.job });
    }
    const json =
      bytes > STATE_BYTES_MAX
        ? (before?.json ?? new TextEncoder().encode("{}"))
        : new TextEncoder().encode(text);
    this.#storage.kv.put(ROW, { v: 1, json, applied } satisfies StoredState);
  }

  #stored(): StoredState | undefined {
    return this.#storage.kv.get<StoredState>(ROW);
  }
}

function documentOf(stored: StoredState | undefined): JsonObject {
  return stored === undefined
    ? {}
    : (JSON.parse(new TextDecoder().decode(stored.json)) as JsonObject);
}

function nameOf({ job, step, attempt }: SlotRef): string {
  return `${job}/${step}/${attempt}`;
}
