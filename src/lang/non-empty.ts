/** A list with at least one element. */
export type NonEmpty<Item> = readonly [Item, ...Item[]];

export function isNonEmpty<Item>(items: readonly Item[]): items is NonEmpty<Item> {
  return items.length > 0;
}

export function lastOf<Item>(items: NonEmpty<Item>): Item {
  return items[items.length - 1] as Item;
}

export function mapNonEmpty<Item, Mapped>(
  items: NonEmpty<Item>,
  change: (item: Item, index: number) => Mapped,
): NonEmpty<Mapped> {
  return items.map(change) as unknown as NonEmpty<Mapped>;
}
