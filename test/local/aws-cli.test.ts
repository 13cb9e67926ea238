import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type LocalRegion, startLocalRegion } from '@zephyr/backup/local';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instanceInput } from './rds/support/virtual-region.js';

const run = promisify(execFile);
let region: LocalRegion;
beforeAll(async () => {
  region = await startLocalRegion();
});
afterAll(() => region.close());

/** Runs a line of the runbook with Amazon's own command line. */
async function aws(line: string, output = 'text'): Promise<string> {
  // For RDS in us-east-1 the command line ignores AWS_ENDPOINT_URL.
  const args = [...line.trim().split(/\s+/), '--output', output, '--endpoint-url', region.endpoint];
  const environment = { ...process.env, ...region.environment, AWS_CONFIG_FILE: '/dev/null', AWS_MAX_ATTEMPTS: '1' };
  const { stdout } = await run('aws', args, { env: environment });
  return stdout.trim();
}

it("runs the runbook's commands with the aws command line", { timeout: 180_000 }, async () => {
  const { DBInstanceIdentifier, DBInstanceClass, MasterUsername, DBName } = instanceInput('zephyr-production-db');
  await aws(`rds create-db-instance --db-instance-identifier ${DBInstanceIdentifier} --engine postgres
    --db-instance-class ${DBInstanceClass} --allocated-storage 100 --master-username ${MasterUsername}
    --master-user-password correct-horse --db-name ${DBName} --backup-retention-period 30`);
  await aws('rds wait db-instance-available --db-instance-identifier zephyr-production-db');
  await aws(`rds create-db-snapshot --db-instance-identifier zephyr-production-db
    --db-snapshot-identifier zephyr-production-db-manual-20251109-140000
    --tags Key=Reason,Value=pre-deployment Key=DeploymentVersion,Value=v2.0.0`);
  await aws('rds wait db-snapshot-available --db-snapshot-identifier zephyr-production-db-manual-20251109-140000');
  const listed = await aws(`rds describe-db-snapshots --db-instance-identifier zephyr-production-db
    --snapshot-type manual --query DBSnapshots[*].[DBSnapshotIdentifier,Status,PercentProgress]`);
  expect(listed).toBe('zephyr-production-db-manual-20251109-140000\tavailable\t100');
  const newest = await aws(`rds describe-db-snapshots --db-instance-identifier zephyr-production-db
    --query sort_by(DBSnapshots,&SnapshotCreateTime)[-1].DBSnapshotIdentifier`);
  expect(newest).toBe('zephyr-production-db-manual-20251109-140000');

  await aws(`rds restore-db-instance-from-db-snapshot --db-instance-identifier zephyr-test-restore
    --db-snapshot-identifier ${newest} --db-instance-class db.t3.micro --no-publicly-accessible`);
  await aws('rds wait db-instance-available --db-instance-identifier zephyr-test-restore');
  const address = await aws(`rds describe-db-instances --db-instance-identifier zephyr-test-restore
    --query DBInstances[0].Endpoint.Address`);
  expect(address).toMatch(/^zephyr-test-restore\..+\.us-east-1\.rds\.amazonaws\.com$/);

  await aws(`rds restore-db-instance-to-point-in-time --source-db-instance-identifier zephyr-production-db
    --target-db-instance-identifier zephyr-production-pitr --use-latest-restorable-time --db-instance-class db.t3.small`);
  await aws('rds wait db-instance-available --db-instance-identifier zephyr-production-pitr');
  await aws(`rds modify-db-instance --db-instance-identifier zephyr-production-db
    --new-db-instance-identifier zephyr-production-db-old --apply-immediately`);
  // The waiter is content with the old name, available: the first read after a change is old (facts 0.7).
  await aws('rds wait db-instance-available --db-instance-identifier zephyr-production-db');
  await aws('rds delete-db-instance --db-instance-identifier zephyr-test-restore --skip-final-snapshot');
  await aws('rds wait db-instance-deleted --db-instance-identifier zephyr-test-restore');
  const names = await aws('rds describe-db-instances --query sort(DBInstances[].DBInstanceIdentifier)', 'json');
  expect(JSON.parse(names)).toEqual(['zephyr-production-db-old', 'zephyr-production-pitr']);
  const events = await aws(`rds describe-events --source-type db-instance --source-identifier zephyr-production-pitr
    --duration 1440 --query Events[].Message`);
  expect(events).toContain('Restored from DB instance zephyr-production-db to zephyr-production-pitr');
});

it('gives the command line the codes of the service', async () => {
  const commands: readonly (readonly [string, string])[] = [
    ['rds describe-db-instances --db-instance-identifier nobody', '(DBInstanceNotFound)'],
    ['rds delete-db-snapshot --db-snapshot-identifier nothing', '(DBSnapshotNotFound)'],
    ['rds promote-read-replica --db-instance-identifier nobody', '(DBInstanceNotFound)'],
    ['rds describe-db-clusters', '(InvalidAction)'],
    ['rds describe-events --source-identifier nobody', '(InvalidParameterCombination)'],
  ];
  for (const [line, code] of commands) {
    await expect(aws(line)).rejects.toMatchObject({ stderr: expect.stringContaining(code) });
  }
});

it('stores and lists objects for the command line', async () => {
  region.s3.createBucket('zephyr-backups');
  await aws('s3 cp package.json s3://zephyr-backups/manual/package.json');
  expect(await aws('s3 ls s3://zephyr-backups/manual/ --recursive')).toMatch(/manual\/package\.json$/);
});
