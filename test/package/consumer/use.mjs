import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import * as root from '@zephyr/backup';
import * as aws from '@zephyr/backup/aws';
import * as local from '@zephyr/backup/local';
import * as postgres from '@zephyr/backup/postgres';
import * as redis from '@zephyr/backup/redis';
import exercise from './exercise.cjs';

await exercise({ root, aws, postgres, redis, local });

// An error of the one format is told by the other.
const other = createRequire(import.meta.url)('@zephyr/backup');
assert.notEqual(other.BackupError, root.BackupError);
assert.ok(
  other.isBackupError(
    thrownBy(() => new root.RetentionPolicy({ rules: [] })),
    'invalid-input',
  ),
);
assert.ok(
  root.isBackupError(
    thrownBy(() => new other.RetentionPolicy({ rules: [] })),
    'invalid-input',
  ),
);
assert.ok(!root.isBackupError(new Error('another'), 'invalid-input'));

function thrownBy(work) {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
