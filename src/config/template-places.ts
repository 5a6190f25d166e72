import { pathsIn } from "../core/template/fill.ts";
import { didYouMean } from "../lang/closest.ts";
import type { JsonObject } from "../lang/json.ts";

/**
 * What is wrong with the places of a template, in sentences: one that can lead nowhere would be found
 * when the first job has come to nothing.
 *
 * @param roots What places begin with.
 * @param below By root: all that may follow it, where that is known.
 */
export function placeFaults(
  template: JsonObject,
  roots: readonly string[],
  below: { readonly [root: string]: readonly string[] } = {},
): readonly string[] {
  return pathsIn(template).flatMap((path) => {
    const [root = "", next] = path.split(".");
    if (!roots.includes(root)) {
      const places = `places begin with ${roots.join(", ")}`;
      return [`Has {${path}}, but ${places}${didYouMean(root, roots)}`];
    }
    const known = Object.hasOwn(below, root) ? below[root] : undefined;
    if (next === undefined || known === undefined || known.includes(next)) return [];
    return [`Has {${path}}, but there is no '${next}' in ${root}${didYouMean(next, known)}`];
  });
}
