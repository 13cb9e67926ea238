import { RDSClient, StartDBInstanceAutomatedBackupsReplicationCommand } from '@aws-sdk/client-rds';
import { connectAws } from '../../src/aws/index.js';
import { type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import type { System } from '../../src/system/define-system.js';
import { startZephyr, type ZephyrRegion } from './zephyr-region.js';

const production = 'zephyr-production-db';

/** Zephyr's production in one region, and another one that its backups go to. */
export interface ZephyrRegions {
  readonly east: ZephyrRegion;
  readonly west: LocalRegion;
  /** Of production, which knows the other region. */
  readonly system: System;
  /** Of the other region, with an archive there: what is left once the first is lost. */
  readonly rescue: System;
  readonly resourceId: string;
  /** Has the automated backups replicated, and returns once something of them is there. */
  readonly replicate: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startZephyrRegions(rows: number): Promise<ZephyrRegions> {
  const east = await startZephyr(rows);
  const west = await startLocalRegion({ region: 'us-west-2', peer: east.region }).catch(async (error: unknown) => {
    await east.close();
    throw error;
  });
  const close = async (): Promise<void> => {
    await west.close();
    await east.close();
  };
  try {
    west.s3.createBucket('zephyr-backups-west');
    const client = { region: west.region, endpoint: west.endpoint, credentials: west.credentials };
    const aws = connectAws(client);
    const system = east.systemWith({ otherRegions: [aws] });
    const rescue = east.systemWith({ aws, archive: { bucket: 'zephyr-backups-west', prefix: 'zephyr' } });
    const { resourceId, arn } = await east.system.aws.rds.describeInstance(production).then((found) => ({
      resourceId: found?.resourceId ?? '',
      arn: found?.arn,
    }));
    const replicate = async (): Promise<void> => {
      const rds = new RDSClient(client);
      await rds.send(new StartDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn: arn }));
      rds.destroy();
      await west.settled();
    };
    return { east, west, system, rescue, resourceId, replicate, close };
  } catch (error) {
    await close();
    throw error;
  }
}
