import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  PromoteReadReplicaCommand,
} from '@aws-sdk/client-rds';
import { createPostgresDataPlane, startLocalRegion } from '../../../src/local/index.js';
import { clientOf, instanceInput } from '../rds/support/virtual-region.js';
import { query } from './real-instances.js';

/* Opens the directory that is named, changes what is there, says so, and waits to be killed. */
const region = await startLocalRegion({ directory: process.argv[2], dataPlane: createPostgresDataPlane });
const rds = clientOf(region, 'in-process');
await query(rds, 'prod', "INSERT INTO votes VALUES (4, 'before the kill')");
await rds.send(new CreateDBInstanceCommand({ ...instanceInput('unknown'), BackupRetentionPeriod: 0 }));
await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'three' }));
await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'other', SkipFinalSnapshot: true }));
await rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: 'promoted' }));
await region.settled();
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
