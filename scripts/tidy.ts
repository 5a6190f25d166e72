/** `npm run tidy`: house rules no linter knows. Prints one line per breach; fails when it read nothing. */

import { RULES } from "./tidy/rules.ts";
import { readTree } from "./tidy/tree.ts";

/** Fewer files than this means that they were not found, not that they are clean. */
const FILES_MIN = 100;

const tree = readTree();
const breaches = RULES.flatMap((rule) => rule(tree));
for (const breach of breaches) console.error(breach);
console.log(`tidy: read ${tree.files.length} files, found ${breaches.length} breaches`);
process.exitCode = tree.files.length < FILES_MIN || breaches.length > 0 ? 1 : 0;
