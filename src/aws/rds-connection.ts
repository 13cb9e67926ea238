import type { RDSClient } from '@aws-sdk/client-rds';

/** The SDK of RDS, loaded, and a client of it. */
export interface RdsConnection {
  readonly sdk: typeof import('@aws-sdk/client-rds');
  readonly client: RDSClient;
}
