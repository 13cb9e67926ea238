import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { expect, it } from 'vitest';

const run = promisify(execFile);

it('backs up once before it deploys, even if the answer gets lost', async () => {
  await using region = await startLocalRegion();
  await createDatabase(region);
  region.faults.inject({ operation: 'CreateDBSnapshot', call: 1, fault: { kind: 'drop-response' } });
  await run('npx', ['tsx', 'examples/deploy-script.ts'], { env: { ...process.env, ...region.environment } });
  expect(region.calls.list({ operation: /^(Create|Delete)/ }).map(({ outcome }) => outcome.kind)).toEqual(expected);
});

/** The instance, the lost snapshot, and the SDK's second try, which is refused: the first was carried out. */
const expected = ['answered', 'dropped', 'refused'];

async function createDatabase({ endpoint, region, credentials }: LocalRegion): Promise<void> {
  const rds = new RDSClient({ endpoint, region, credentials });
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'zephyr-production-db',
      DBInstanceClass: 'db.t3.large',
      Engine: 'postgres',
      MasterUsername: 'zephyr_admin',
      MasterUserPassword: 'only-for-rehearsals',
      AllocatedStorage: 100,
    }),
  );
  rds.destroy();
}
