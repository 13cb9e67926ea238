'use strict';
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:net');

/** Uses what the package exports, as an application would; the same in ESM and CommonJS. */
module.exports = async function exercise({ root, aws, postgres, redis, local }) {
  // An error of one subpath is told by another.
  assert.throws(
    () => redis.connectRedis({}),
    (error) => root.isBackupError(error, 'invalid-input'),
  );
  decideRetention(root);
  await retryConnecting(root, postgres);
  await askLocalRegion(root, aws, local);
};

function decideRetention({ RetentionPolicy, zephyrRetention, renderRetention }) {
  const now = new Date('2025-11-09T12:00:00Z');
  const dumpOf = (id) => ({ kind: 'dump', id, status: 'available', createdAt: new Date(`${id}T00:00:00Z`) });
  const backups = ['2025-11-08', '2025-06-01', '2025-11-01'].map(dumpOf);
  const decision = new RetentionPolicy(zephyrRetention).evaluate(backups, { now });
  assert.deepEqual(
    decision.keep.map(({ backup }) => backup.id),
    ['2025-11-08', '2025-11-01'],
  );
  assert.equal(decision.expire[0].backup, backups[1]);
  assert.match(renderRetention(decision), /older than 90d/);
}

/** Nobody listens at first, so the connection made later can only come of trying again. */
async function retryConnecting({ BackupError, isBackupError }, { connectPostgres }) {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  const target = {
    host: '127.0.0.1',
    port,
    database: 'zephyr',
    credentials: { user: 'zephyr', password: 'secret' },
    tls: { mode: 'off' },
    applicationName: 'smoke',
  };
  const controller = new AbortController();
  const outcome = connectPostgres()
    .sql.connect(target, { signal: controller.signal })
    .then(assert.fail, (error) => error);
  await new Promise((resolve) => setTimeout(resolve, 500));
  let connections = 0;
  const late = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  late.listen(port, '127.0.0.1');
  const error = await outcome;
  late.close();
  assert.ok(connections > 0, 'it gave up at the first refusal');
  assert.ok(isBackupError(error, 'database-unreachable'), `${error}`);
  // One class for all subpaths of one format: the adapter's error is the front door's.
  assert.ok(error instanceof BackupError);
}

async function askLocalRegion(
  { defineSystem, BackupClient, isBackupError },
  { connectAws },
  { createVirtualClock, startLocalRegion },
) {
  const clock = createVirtualClock();
  const region = await startLocalRegion({ clock });
  try {
    const { endpoint, credentials } = region;
    const system = defineSystem({
      aws: connectAws({ region: region.region, endpoint, credentials }),
      database: { instance: 'nowhere', name: 'zephyr', credentials: { user: 'zephyr', password: 'secret' } },
      clock,
    });
    // The front door reaches the adapter by itself, when it is first needed.
    assert.equal(typeof (await system.postgres()).sql.connect, 'function');
    const snapshot = new BackupClient(system).createDatabaseSnapshot({ reason: 'smoke' });
    await assert.rejects(snapshot, (error) => isBackupError(error, 'instance-not-found'));
  } finally {
    await region[Symbol.asyncDispose]();
  }
}
