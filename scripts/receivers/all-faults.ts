import {
  doubledFaults,
  endFaults,
  ledgerFaults,
  restFaults,
  settledFaults,
  strangerFaults,
} from "./ledger-checks.ts";
import { durationsOf, type Phase, slowedFaults } from "./measures.ts";
import {
  bodyFaults,
  identityFaults,
  orderFaults,
  signatureFaults,
  timestampFaults,
} from "./message-checks.ts";
import type { Receivers } from "./receivers.ts";
import type { DeliveryRecord, Fault, JobRecord } from "./records.ts";

/** Everything that a run has left behind. */
export type Run = {
  /** The jobs when nothing was pending any more. */
  readonly settled: readonly JobRecord[];
  readonly beforeHealing: readonly DeliveryRecord[];
  /** The jobs after what had failed was sent again, and one more. */
  readonly records: readonly JobRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  readonly receivers: Receivers;
  readonly secrets: readonly string[];
  readonly kills: readonly number[];
  readonly phases: readonly Phase[];
  /** What was found on the way. */
  readonly others: readonly Fault[];
};

/** All that is not as it was promised. */
export async function allFaults(run: Run): Promise<readonly Fault[]> {
  const { settled, beforeHealing, records, deliveries, receivers, kills, phases } = run;
  const { arrivals, judged, elsewhere } = receivers;
  const urlOf: Receivers["urlOf"] = (kind, name) => receivers.urlOf(kind, name);
  return [
    ...run.others,
    ...ledgerFaults(records, urlOf),
    ...settledFaults(beforeHealing),
    ...afterwardsFaults(deliveries),
    ...strangerFaults(arrivals, deliveries),
    ...doubledFaults(deliveries, kills),
    ...restFaults(deliveries, kills),
    ...orderFaults(deliveries),
    ...identityFaults(deliveries),
    ...bodyFaults(deliveries),
    ...timestampFaults(arrivals),
    ...(await signatureFaults(judged, run.secrets)),
    ...endFaults(settled),
    ...slowedFaults(durationsOf(settled, phases)),
    ...(elsewhere === 0 ? [] : [{ check: "redirect_followed", what: `${elsewhere} times` }]),
    ...switchFaults(beforeHealing),
  ];
}

/** Of many jobs with one URL that is gone, most are not sent there at all. */
function switchFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  const shared = deliveries.filter(({ callback }) => callback.kind === "gone_shared");
  const off = shared.filter(({ row }) => row.last_error === "switched_off");
  const asked = shared.filter(({ arrivals }) => arrivals.length > 0);
  const what = `${asked.length} of ${shared.length} came, ${off.length} were switched off`;
  return off.length > asked.length ? [] : [{ check: "not_switched_off", what }];
}

/** Whoever is back is told of new jobs as well. */
function afterwardsFaults(deliveries: readonly DeliveryRecord[]): readonly Fault[] {
  const [last] = deliveries.slice(-1);
  if (last?.row.state === "delivered") return [];
  return [{ check: "still_switched_off", what: `${last?.row.state}, ${last?.row.last_error}` }];
}
