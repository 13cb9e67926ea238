import type { RdsPort } from '../ports/rds.js';
import type { RdsConnection } from './rds-connection.js';
import { rdsHistory } from './rds-history.js';
import { rdsMutations } from './rds-mutations.js';
import { rdsOffers } from './rds-offers.js';
import { rdsReadings } from './rds-readings.js';

/** RDS through the SDK. The SDK is loaded with the first request. */
export function rdsPort(region: string, connect: () => Promise<RdsConnection>): RdsPort {
  return { region, ...rdsReadings(connect), ...rdsHistory(connect), ...rdsOffers(connect), ...rdsMutations(connect) };
}
