import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectAws } from '../../src/aws/index.js';
import { BackupClient } from '../../src/backup/backup-client.js';
import type { BackupErrorCode } from '../../src/core/error-codes.js';
import { BackupError } from '../../src/core/errors.js';
import { IntegrityChecker } from '../../src/integrity/integrity-checker.js';
import type { Fault } from '../../src/local/index.js';
import { createMemoryJournal } from '../../src/restore/execution/memory-journal.js';
import type { RestorePlan } from '../../src/restore/plan/restore-plan.js';
import { RestorePlanner } from '../../src/restore/restore-planner.js';
import type { System } from '../../src/system/define-system.js';
import { givenProduction, type Production } from './production.js';

/** Plans made while all was well. */
interface Plans {
  readonly pointInTime: RestorePlan;
  readonly dump: RestorePlan;
}

/** Everything a caller can ask for, with whatever it needs. */
const methods: Readonly<Record<string, (system: System, plans: Plans) => Promise<unknown>>> = {
  createDatabaseSnapshot: (system) =>
    new BackupClient(system).createDatabaseSnapshot({ reason: 'r', operationId: 'o' }),
  createDump: (system) => new BackupClient(system).createDump(),
  list: async (system) => {
    for await (const _ of new BackupClient(system).list());
  },
  latest: (system) => new BackupClient(system).latest({ kind: 'database-snapshot' }),
  find: (system) => new BackupClient(system).find('before-v2'),
  auditSharing: (system) => new BackupClient(system).auditSharing(),
  copyDatabaseSnapshot: (system) =>
    new BackupClient(system).copyDatabaseSnapshot({ snapshot: 'before-v2', to: system.aws.region }),
  restoreWindow: (system) => new BackupClient(system).restoreWindow(),
  sweep: (system) => new BackupClient(system).sweep(),
  planPointInTime: (system) =>
    new RestorePlanner(system).planPointInTime({ restoreTime: 'latest', target: 'pitr', promote: 'none' }),
  planDumpRestore: (system) =>
    new RestorePlanner(system).planDumpRestore({ dump: 'latest', into: { database: 'proof' } }),
  'execute a point-in-time plan': (system, { pointInTime }) => execute(system, pointInTime),
  'execute a dump plan': (system, { dump }) => execute(system, dump),
  checkDatabase: (system) => new IntegrityChecker(system).checkDatabase({ expectation: {} }),
  fingerprint: (system) => new IntegrityChecker(system).fingerprint(),
};

const s3Only = ['sweep'];
const all = Object.keys(methods);

function execute(system: System, plan: RestorePlan): Promise<unknown> {
  return new RestorePlanner(system).execute(plan, { approve: plan.hash, journal: createMemoryJournal() });
}

let production: Production;
let plans: Plans;

beforeEach(async () => {
  production = await givenProduction();
  const { system } = production;
  await new BackupClient(system).createDump();
  const planner = new RestorePlanner(system);
  plans = {
    pointInTime: await planner.planPointInTime({ restoreTime: 'latest', target: 'pitr', promote: 'none' }),
    dump: await planner.planDumpRestore({ dump: 'latest', into: { database: 'proof' } }),
  };
  production.spoiler.disarm();
});
afterEach(async () => {
  await production[Symbol.asyncDispose]();
});

/** The method's error must come without a wait, after no more requests than it takes to see it. */
async function expectAtOnce(method: string, system: System, code: BackupErrorCode, mostCalls: number): Promise<void> {
  const { clock, spoiler } = production;
  spoiler.disarm();
  const began = clock.now().getTime();
  await expect(methods[method]?.(system, plans), method).rejects.toMatchObject({ name: 'BackupError', code });
  expect(clock.now().getTime() - began, `${method}: waited`).toBe(0);
  expect(spoiler.calls.length, `${method}: ${spoiler.calls.join()}`).toBeLessThanOrEqual(mostCalls);
}

describe('a wrong identifier fails at once', () => {
  it.each(
    all.filter(
      (method) => ![...s3Only, 'list', 'latest', 'find', 'auditSharing', 'copyDatabaseSnapshot'].includes(method),
    ),
  )('an instance that is not there: %s', async (method) => {
    const system = production.systemWith({ instance: 'no-such-instance' });
    const planned = method.startsWith('execute');
    await expectAtOnce(method, system, planned ? 'plan-invalid' : 'instance-not-found', planned ? 0 : 4);
  });

  it.each(['createDump', 'list', 'sweep', 'planDumpRestore'])('a bucket that is not there: %s', async (method) => {
    await expectAtOnce(method, production.systemWith({ bucket: 'no-such-bucket' }), 'bucket-not-found', 4);
  });

  it('a bucket that is gone since the plan was made', async () => {
    await expectAtOnce(
      'execute a dump plan',
      production.systemWith({ bucket: 'no-such-bucket' }),
      'precondition-failed',
      1,
    );
  });
});

describe('what is not allowed fails at once', () => {
  const refusals: readonly (readonly [string, number, BackupErrorCode])[] = [
    ['AccessDenied', 403, 'access-denied'],
    ['InvalidClientTokenId', 403, 'access-denied'],
    ['SignatureDoesNotMatch', 403, 'access-denied'],
    ['ExpiredToken', 400, 'credentials-expired'],
  ];
  it.each(refusals.flatMap((refusal) => all.map((method) => [...refusal, method] as const)))(
    '%s (%i) is %s: %s',
    async (awsCode, status, code, method) => {
      const fault: Fault = { kind: 'error', code: awsCode, status };
      const injected = production.region.faults.inject({ fault });
      await expectAtOnce(method, production.system, code, 1);
      injected.remove();
    },
  );

  it.each(['createDump', 'checkDatabase', 'fingerprint', 'execute a dump plan'])(
    'a password that the database does not take: %s',
    async (method) => {
      production.servers.refusal = new BackupError({ code: 'authentication-failed', message: 'no', hint: 'None.' });
      await expectAtOnce(method, production.system, 'authentication-failed', 4);
    },
  );
});

describe('a service that cannot be reached', () => {
  it.each(all)(
    'is said to be so within the first attempts: %s',
    async (method) => {
      const aws = connectAws({
        region: 'us-east-1',
        endpoint: `http://127.0.0.1:${await closedPort()}`,
        credentials: { accessKeyId: 'a', secretAccessKey: 's' },
      });
      const began = production.clock.now().getTime();
      await expect(methods[method]?.(production.systemWith({ aws }), plans)).rejects.toMatchObject({
        code: 'service-unreachable',
        retryable: true,
      });
      // A wait that has begun bears eight failures in a row.
      expect(production.clock.now().getTime() - began).toBeLessThanOrEqual(8 * 1.1 * 300_000);
    },
    20_000,
  );
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
