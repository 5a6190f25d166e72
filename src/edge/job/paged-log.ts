import { isNonEmpty, lastOf, type NonEmpty } from "../../lang/non-empty.ts";

/** A page is written at once and read at once: well below the platform's 2 MB a row, in any script. */
const PAGE_LENGTH_MAX = 250_000;

/** Keys sort as text. A job that records 10 events a second gets to ten digits in thirty years. */
const DIGITS = 10;

/** What a log is of. */
type Kind<Entry> = {
  /** Of the pages' keys. */
  readonly prefix: string;
  /** Entries are numbered upwards. */
  readonly numberOf: (entry: Entry) => number;
  /** Characters of the parts that can be long. */
  readonly lengthOf: (entry: Entry) => number;
  /** How much stays in the document, which every state change rewrites. */
  readonly inlineMax: number;
  readonly inlineLengthMax: number;
};

/**
 * The older entries of a log, in rows of their own that never change. The newest are in the job's
 * document. A short log never gets here; a long one writes a row more for every page.
 */
export class PagedLog<Entry> {
  readonly #kv: DurableObjectStorage["kv"];
  readonly #kind: Kind<Entry>;

  constructor({ kv }: DurableObjectStorage, kind: Kind<Entry>) {
    this.#kv = kv;
    this.#kind = kind;
  }

  /**
   * Moves what has become too much for the document to pages. Belongs to the transaction that stores
   * the document.
   *
   * @returns What is left: the newest entry at least.
   */
  spill(entries: NonEmpty<Entry>): NonEmpty<Entry> {
    const { inlineMax, numberOf } = this.#kind;
    if (entries.length <= inlineMax && this.#isLight(entries)) return entries;
    for (const page of this.#pagesOf(entries.slice(0, -1))) {
      const [first] = page;
      if (first !== undefined) this.#kv.put(this.#keyOf(numberOf(first)), page);
    }
    return [lastOf(entries)];
  }

  /** The entries after `number`, in order: at most `limit`, and about one page's length. */
  after(inline: NonEmpty<Entry>, number: number, limit: number): readonly Entry[] {
    const found: Entry[] = [];
    let length = 0;
    for (
      let next = this.#heldAfter(inline, number);
      isNonEmpty(next) && found.length < limit && length <= PAGE_LENGTH_MAX;
      next = this.#heldAfter(inline, this.#kind.numberOf(lastOf(next)))
    ) {
      found.push(...next);
      length += next.reduce((sum, entry) => sum + this.#kind.lengthOf(entry), 0);
    }
    return this.#lightestPart(found.slice(0, limit));
  }

  /** What stands in one piece after `number`; nothing where it is the newest. */
  #heldAfter(inline: NonEmpty<Entry>, number: number): readonly Entry[] {
    const { numberOf } = this.#kind;
    if (number >= numberOf(lastOf(inline))) return [];
    return this.#holding(inline, number + 1).filter((entry) => numberOf(entry) > number);
  }

  /** The page with that number, or the part of the log that the document holds. */
  #holding(inline: NonEmpty<Entry>, number: number): readonly Entry[] {
    if (number >= this.#kind.numberOf(inline[0])) return inline;
    const pages = this.#kv.list<readonly Entry[]>({
      prefix: this.#kind.prefix,
      end: this.#keyOf(number + 1),
      reverse: true,
      limit: 1,
    });
    for (const [, page] of pages) return page;
    return inline;
  }

  #keyOf(number: number): string {
    return `${this.#kind.prefix}${String(number).padStart(DIGITS, "0")}`;
  }

  #isLight(entries: readonly Entry[]): boolean {
    const { inlineLengthMax } = this.#kind;
    return (
      entries.length < 2 || this.#lightestPart(entries, inlineLengthMax).length === entries.length
    );
  }

  #pagesOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
    const page = this.#lightestPart(entries);
    return page.length === 0 ? [] : [page, ...this.#pagesOf(entries.slice(page.length))];
  }

  /** The first entries, as many as fit a page; always one, if there is one. */
  #lightestPart(entries: readonly Entry[], lengthMax: number = PAGE_LENGTH_MAX): readonly Entry[] {
    let length = 0;
    const end = entries.findIndex((entry, index) => {
      length += this.#kind.lengthOf(entry);
      return length > lengthMax && index > 0;
    });
    return end === -1 ? entries : entries.slice(0, end);
  }
}
