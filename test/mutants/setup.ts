import fc from "fast-check";
import { inject } from "vitest";

// What is drawn is the same each time, and a case that fails need not be made smaller: nobody reads it.
fc.configureGlobal({ seed: inject("mutantSeed"), endOnFailure: true });
