import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  paginateDescribeDBSnapshots,
  RDSClient,
} from '@aws-sdk/client-rds';
import { createVirtualClock, type LocalRegion, startLocalRegion } from '../../src/local/index.js';
import { measure, median } from './bench-region.js';

/**
 * The local region without servers behind it: a call through the real SDK against one that is answered with the same bytes
 * out of a map, by the same kind of HTTP server in the same process; ten thousand snapshots listed in pages, likewise; and how
 * long it takes to start. Client and servers are one process, so that what it takes is told in time of the processor: other
 * work of the machine does not show in it.
 */
const rounds = 9;
const callsPerRound = 100;
/**
 * Rounds that are not counted. The SDK's own part of a call gets half as dear over the first thousand calls, while V8 compiles it, and so does the
 * region's: before that, what is compared is mostly how far the compiler has come on either side.
 */
const warmUpRounds = { calls: 12, lists: 2 };
const snapshots = 10_000;

/** A server that gives every request the answer which the region gave it. */
async function canned(
  answers: ReadonlyMap<string, Uint8Array>,
): Promise<{ readonly server: Server; readonly endpoint: string }> {
  const server = createServer((request, response) => {
    const blocks: Buffer[] = [];
    request.on('data', (block: Buffer) => blocks.push(block));
    request.on('end', () => {
      const answer = answers.get(Buffer.concat(blocks).toString());
      assert.ok(answer, 'a request that was not recorded');
      response.writeHead(200, { 'content-type': 'text/xml', 'content-length': answer.byteLength });
      response.end(answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const clientOf = (endpoint: string): RDSClient =>
  new RDSClient({ region: 'us-east-1', endpoint, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });

/** Records what the region answers to a form: the bytes themselves, past the SDK. */
async function record(region: LocalRegion, forms: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const answers = new Map<string, Uint8Array>();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  for (const body of forms) {
    const answer = await fetch(region.endpoint, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
    answers.set(body, new Uint8Array(await answer.arrayBuffer()));
  }
  return answers;
}

/** The forms that a client sends while it works. */
async function formsOf(rds: RDSClient, work: () => Promise<unknown>): Promise<readonly string[]> {
  const forms: string[] = [];
  rds.middlewareStack.add(
    (next) => (args) => {
      forms.push(String((args.request as { body?: unknown }).body));
      return next(args);
    },
    { step: 'finalizeRequest', name: 'formsOf' },
  );
  await work();
  rds.middlewareStack.remove('formsOf');
  return forms;
}

/** The medians of two pieces of work, done in turns, each going first every other time. */
async function inTurns(
  warmUp: number,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>,
): Promise<readonly [first: number, second: number]> {
  const times: [number[], number[]] = [[], []];
  for (let round = -warmUp; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const which of order) {
      const before = process.cpuUsage();
      await (which === 0 ? first : second)();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) times[which].push((user + system) / 1_000);
    }
  }
  return [median(times[0]), median(times[1])];
}

const rows: object[] = [];
const note = (
  bench: string,
  against: string,
  [milliseconds, baseline]: readonly [number, number],
  goal: number,
): void => {
  const ratio = Number((milliseconds / baseline).toFixed(3));
  const rounded = (value: number): number => Number(value.toFixed(2));
  rows.push({
    bench,
    against,
    baselineMilliseconds: rounded(baseline),
    milliseconds: rounded(milliseconds),
    ratio,
    goal,
  });
};

const starts: number[] = [];
for (let run = 0; run < 20; run += 1) {
  const { result, milliseconds } = await measure(() => startLocalRegion());
  starts.push(milliseconds);
  await result.close();
}

await using region = await startLocalRegion({
  clock: createVirtualClock(),
  durations: { create: '0s', snapshot: '0s', automatedBackup: '0s' },
  quotas: { manualSnapshots: snapshots },
});
const rds = clientOf(region.endpoint);
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

const describeOnce = (client: RDSClient): Promise<unknown> => client.send(new DescribeDBInstancesCommand({}));
const describeOften = (client: RDSClient) => async (): Promise<void> => {
  for (let call = 0; call < callsPerRound; call += 1) await describeOnce(client);
};
const one = await canned(await record(region, await formsOf(rds, () => describeOnce(rds))));
const cannedRds = clientOf(one.endpoint);
const perCall = await inTurns(warmUpRounds.calls, describeOften(rds), describeOften(cannedRds));
note(
  'a call to the local region',
  'the same answer out of a map',
  [perCall[0] / callsPerRound, perCall[1] / callsPerRound],
  1.2,
);

for (let start = 0; start < snapshots; start += 50) {
  await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      rds.send(
        new CreateDBSnapshotCommand({
          DBInstanceIdentifier: 'zephyr-production-db',
          DBSnapshotIdentifier: `zephyr-manual-${start + index}`,
        }),
      ),
    ),
  );
}
const listAll = (client: RDSClient) => async (): Promise<void> => {
  let seen = 0;
  for await (const { DBSnapshots } of paginateDescribeDBSnapshots(
    { client, pageSize: 100 },
    { SnapshotType: 'manual' },
  ))
    seen += DBSnapshots?.length ?? 0;
  assert.equal(seen, snapshots);
};
const pages = await canned(await record(region, await formsOf(rds, listAll(rds))));
const pagedRds = clientOf(pages.endpoint);
note(
  '10,000 snapshots listed in pages',
  'the same pages out of a map',
  await inTurns(warmUpRounds.lists, listAll(rds), listAll(pagedRds)),
  1.5,
);
rows.push({ bench: 'start of a local region', against: '', milliseconds: Number(median(starts).toFixed(2)), goal: 50 });

for (const client of [rds, cannedRds, pagedRds]) client.destroy();
one.server.close();
pages.server.close();
console.table(rows);
for (const row of rows) console.log(JSON.stringify(row));
