import { createPostgresDataPlane } from '../../../../src/local/data-plane/postgres-data-plane.js';
import { connected, master, value } from './connect.js';

/*
 * A program of its own that works with a region and says on stdout how far it is, so that tests can kill it anywhere. With
 * ZEPHYR_TEST_UID it becomes that user first: after its modules are loaded, which that user may not be able to read.
 */
const say = (stage: string): void => {
  process.stdout.write(`${stage}\n`);
};

const uid = Number(process.env.ZEPHYR_TEST_UID ?? Number.NaN);
if (Number.isInteger(uid)) {
  await import('pg');
  process.setgroups?.([]);
  process.setgid?.(uid);
  process.setuid?.(uid);
}

say('opening');
const plane = await createPostgresDataPlane();
say(`opened ${plane.directory}`);
const endpoint = await plane.endpointFor('zephyr-production-db');
say('creating');
await plane.create({ resourceId: 'db-A', ...master });
say('starting');
await plane.start('db-A', endpoint);
say(`started ${endpoint.address} ${endpoint.port}`);
await connected(plane, endpoint, async (client) => {
  await client.query('CREATE TABLE votes AS SELECT g AS id, md5(g::text) AS voter FROM generate_series(1, 200000) g');
});
say('backing up');
const { databaseTime } = await plane.takeBackup('db-A', 'base');
const time = await plane.shipLogs('db-A');
say('recovering');
await plane.restoreToTime({ source: 'db-A', backupId: 'base', time }, 'db-B');
const other = await plane.endpointFor('zephyr-production-pitr');
await plane.start('db-B', other);
const votes = await connected(plane, other, (client) => value(client, 'SELECT count(*)::int FROM votes'));
say(`holding ${votes} votes, uid ${process.getuid?.()}, window ${time.getTime() >= databaseTime.getTime()}`);

if (process.env.ZEPHYR_TEST_END === 'close') {
  await plane.close();
  say('closed');
} else {
  setInterval(() => undefined, 1_000);
}
