import assert from 'node:assert/strict';
import {
  type Backup,
  type Duration,
  isBackupError,
  type KeepReason,
  type RetentionDecision,
  RetentionPolicy,
  type RetentionRules,
} from '@zephyr/backup';
import { connectAws } from '@zephyr/backup/aws';
import { createVirtualClock, startLocalRegion, type VirtualClock } from '@zephyr/backup/local';
import { connectPostgres } from '@zephyr/backup/postgres';
import { connectRedis, type RedisPort } from '@zephyr/backup/redis';

// Types of every subpath, and values behind them.
const keep: Duration = '90d';
const rules: RetentionRules = { rules: [{ kind: 'dump', keep, keepMonthly: 12 }] };
const backups: Backup[] = [];
const decision: RetentionDecision<Backup> = new RetentionPolicy(rules).evaluate(backups, { now: new Date() });
const reasons: readonly KeepReason[] = decision.keep.flatMap((kept) => kept.reasons);
assert.deepEqual(reasons, []);
const clock: VirtualClock = createVirtualClock();
assert.ok(clock.now() instanceof Date);
const connect: (client: Parameters<typeof connectRedis>[0]) => RedisPort = connectRedis;
for (const make of [connectAws, connectPostgres, connect, startLocalRegion]) assert.equal(typeof make, 'function');
try {
  // @ts-expect-error 'tape' is not a kind of backup: the types say so, and so does the check.
  new RetentionPolicy({ rules: [{ kind: 'tape', keep }] });
  assert.fail('a tape was accepted');
} catch (error) {
  if (!isBackupError(error, 'invalid-input')) throw error;
  assert.equal(error.field, 'rules[0].kind');
}
