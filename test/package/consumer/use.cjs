'use strict';
const assert = require('node:assert/strict');
const root = require('@zephyr/backup');

// The front door loads no driver and no SDK.
assert.deepEqual(
  Object.keys(require.cache).filter((path) => /node_modules\/(?:@aws-sdk|@smithy|pg)\//.test(path)),
  [],
);

const aws = require('@zephyr/backup/aws');
const local = require('@zephyr/backup/local');
const postgres = require('@zephyr/backup/postgres');
const redis = require('@zephyr/backup/redis');
const exercise = require('./exercise.cjs');

exercise({ root, aws, postgres, redis, local });
