import type { CallOptions } from '../../../src/core/call-options.js';
import type { DrillReport } from '../../../src/integrity/drill/drill-evidence.js';
import type { DatabaseDrillRequest } from '../../../src/integrity/drill/drill-request.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { givenProduction, type Production, type ProductionOptions } from '../../sweeps/production.js';

export const quarantine = { vpcSecurityGroups: ['sg-drill'] } as const;

/** Production in virtual time, looked at often enough for an hour of recovery time. */
export function givenHome(options?: ProductionOptions): Promise<Production> {
  return givenProduction({ polling: { shortest: '30s', longest: '1m' }, ...options });
}

/** A drill of the latest automated snapshot that is equal to production, unless something else is asked. */
export async function drillHome(
  { system }: Production,
  request: Partial<DatabaseDrillRequest> = {},
  options?: CallOptions,
): Promise<DrillReport> {
  const checker = new IntegrityChecker(system);
  const { expectation = { fingerprint: await checker.fingerprint() }, ...more } = request;
  return checker.drill({ source: 'latest-automated-snapshot', quarantine, expectation, ...more }, options);
}

/** What instances there are an hour later. */
export async function instancesLater({ aws, clock }: Production): Promise<readonly string[]> {
  clock.advance(3_600_000);
  for await (const _ of aws.rds.listInstances());
  const names: string[] = [];
  for await (const { identifier } of aws.rds.listInstances()) names.push(identifier);
  return names;
}
