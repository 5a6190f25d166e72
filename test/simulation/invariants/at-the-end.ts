import {
  answeredIsStored,
  answersHold,
  everyJobEnds,
  neverBack,
  oneJobForAKey,
  oneOpenJobForADedupeKey,
} from "./acceptance.ts";
import {
  fairAttemptsSucceed,
  leasesAreKept,
  notTooManyAttempts,
  objectsKeepTheirAttempts,
  oneAnswerToAQuestion,
  oneCallForAnAttempt,
  oneCallForAToken,
  staleReportsAreRefused,
  successIsSaid,
  wordsAreWhole,
} from "./attempts.ts";
import {
  attachedIsTold,
  everybodyIsTold,
  firstArrivalsAreInOrder,
  idsAreSteady,
  ledgersAreTrue,
  receiversChangeNothing,
} from "./callbacks.ts";
import { slotsAreKept, stateIsWhole } from "./lanes.ts";
import type { Invariant } from "./place.ts";

/** What is looked at once nothing moves any more: safety first, because what it finds says more. */
export const AT_THE_END: readonly (readonly [id: string, invariant: Invariant])[] = [
  ["I-1", answeredIsStored],
  ["I-9", answersHold],
  ["I-9", neverBack],
  ["I-11", oneJobForAKey],
  ["I-11", oneOpenJobForADedupeKey],
  ["I-16", oneCallForAToken],
  ["I-17", notTooManyAttempts],
  ["I-18", staleReportsAreRefused],
  ["I-19", successIsSaid],
  ["I-20", leasesAreKept],
  ["I-20", objectsKeepTheirAttempts],
  ["I-36", ledgersAreTrue],
  ["I-37", oneCallForAnAttempt],
  ["I-47", idsAreSteady],
  ["I-48", firstArrivalsAreInOrder],
  ["I-49", receiversChangeNothing],
  ["slots", slotsAreKept],
  ["one answer", oneAnswerToAQuestion],
  ["words", wordsAreWhole],
  ["I-2", everyJobEnds],
  ["I-2", fairAttemptsSucceed],
  ["I-46", everybodyIsTold],
  ["I-46", attachedIsTold],
  ["state", stateIsWhole],
];
