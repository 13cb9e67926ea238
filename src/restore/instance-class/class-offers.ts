import type { OrderableOption } from '../../ports/orderable-option.js';
import type { PortCall } from '../../ports/port-call.js';
import type { RdsPort } from '../../ports/rds.js';
import { knownOrReason } from '../plan/known-or-reason.js';
import { classMisfit } from './class-misfit.js';
import type { InstanceNeed } from './instance-need.js';

/** What RDS says of the classes that an instance may be of. */
export interface ClassOffers {
  readonly need: InstanceNeed;
  /** Those of the classes that were asked about. */
  readonly asked: readonly string[];
  /** Of those; of every class where none of them fits, so that others can be named. */
  readonly options: readonly OrderableOption[];
  /** Of the subnet group; absent where that is not known. */
  readonly zones?: readonly string[] | undefined;
  /** What could not be found out, a line each. */
  readonly unknown: readonly string[];
}

/**
 * Asks RDS; with no class to ask for there is nothing to know. Who may not ask is not kept from recovering: the plan says what is not
 * known.
 */
export async function offersFor(
  rds: RdsPort,
  need: InstanceNeed | undefined,
  call: PortCall,
): Promise<ClassOffers | undefined> {
  if (need === undefined) return undefined;
  const { subnetGroup, classes, engine, engineVersion } = need;
  const unknown: string[] = [];
  const options: OrderableOption[] = [];
  const read = async (instanceClass?: string): Promise<boolean> => {
    const answer = await knownOrReason(call, async () => {
      const found: OrderableOption[] = [];
      for await (const option of rds.listOrderableOptions({ engine, engineVersion, instanceClass }, call)) {
        found.push(option);
      }
      return found;
    });
    if (!answer.known) unknown.push(answer.reason);
    else options.push(...answer.value);
    return answer.known;
  };
  const asked: string[] = [];
  for (const instanceClass of classes) {
    // What goes wrong once goes wrong again, and somebody waits.
    if (!(await read(instanceClass))) break;
    asked.push(instanceClass);
  }
  const zones = subnetGroup === undefined ? undefined : await zonesOf(rds, subnetGroup, unknown, call);
  const offers = { need, asked, options, zones, unknown };
  if (asked.length === classes.length && asked.every((name) => classMisfit(name, need, options, zones) !== undefined)) {
    await read();
  }
  return offers;
}

async function zonesOf(
  rds: RdsPort,
  subnetGroup: string,
  unknown: string[],
  call: PortCall,
): Promise<readonly string[] | undefined> {
  const answer = await knownOrReason(call, () => rds.subnetGroupZones(subnetGroup, call));
  if (!answer.known) unknown.push(answer.reason);
  else if (answer.value === undefined) unknown.push(`there is no subnet group ${subnetGroup} in ${rds.region}`);
  return answer.known ? answer.value : undefined;
}
