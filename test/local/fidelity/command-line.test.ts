import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, comparable, without } from './command-line.js';
import { elastiCacheRows } from './elasticache-rows.js';
import { openPlace, type Place, type Subject, subjects } from './place.js';
import { rdsRows } from './rds-rows.js';
import type { Row } from './row.js';

const tables: readonly (readonly [string, Subject, readonly Row[]])[] = [
  ['RDS', subjects.rds, rdsRows],
  ['ElastiCache', subjects.elasticache, elastiCacheRows],
];

/** Members that the SDK knows and this command line does not. */
const newer = new Set(['FullSnapshotSizeInBytes']);

const isRead = ({ operation }: Row): boolean => /^(?:Describe|List)/.test(operation);

describe.each(tables)('%s', (_name, subject, rows) => {
  let place: Place;
  const firstDeletion = rows.findIndex(({ operation }) => /^Delete(?:DBSnapshot|Snapshot)$/.test(operation));
  beforeAll(async () => {
    place = await openPlace(subject);
    // Until something is deleted that a row reads.
    for (const row of rows.slice(0, firstDeletion)) await place.send(row);
  });
  afterAll(() => place[Symbol.asyncDispose]());

  const reads = rows.filter((row) => isRead(row) && row.code === undefined && typeof row.input !== 'function');
  it.concurrent.each(reads.map((row, index) => [`${row.operation} ${index + 1}`, row] as const))(
    'tells the command line and the SDK the same: %s',
    async (_title, row) => {
      const exchange = await place.send({ ...row, wait: 0 });
      const told = await commandLine(regionOf(row), subject.service, row.operation, place.inputOf(row));
      const output = 'output' in exchange.outcome ? exchange.outcome.output : exchange.outcome;
      expect(comparable(told)).toEqual(without(comparable(output), newer));
    },
  );

  const refused = rows.filter((row) => isRead(row) && row.code !== undefined);
  it.concurrent.each(refused.map((row, index) => [`${row.operation} ${index + 1}`, row] as const))(
    'refuses what the command line asks with the same code: %s',
    async (_title, row) => {
      const told = commandLine(regionOf(row), subject.service, row.operation, place.inputOf(row));
      await expect(told).rejects.toMatchObject({ stderr: expect.stringContaining(`(${row.code})`) });
    },
  );

  function regionOf({ at }: Row): Place['region'] {
    return at === 'elsewhere' ? place.elsewhere : place.region;
  }
});

/** Requests with lists, structures in lists, booleans and numbers in them, and what shows that they were understood. */
const changes: readonly (readonly [operation: string, input: object, shown: object, options?: readonly string[]])[] = [
  [
    'CreateDBSnapshot',
    {
      DBInstanceIdentifier: 'prod',
      DBSnapshotIdentifier: 'by-hand',
      Tags: [
        { Key: 'a', Value: 'b c' },
        { Key: 'd', Value: '' },
      ],
    },
    {
      DBSnapshot: {
        TagList: [
          { Key: 'a', Value: 'b c' },
          { Key: 'd', Value: '' },
        ],
        PercentProgress: 0,
      },
    },
  ],
  [
    'CopyDBSnapshot',
    {
      SourceDBSnapshotIdentifier: 'arn:aws:rds:us-east-1:123456789012:snapshot:one',
      TargetDBSnapshotIdentifier: 'by-hand',
      KmsKeyId: 'alias/west',
      CopyTags: true,
    },
    { DBSnapshot: { SourceRegion: 'us-east-1', TagList: [{ Key: 'Team', Value: 'votes' }], Encrypted: true } },
    ['--source-region', 'us-east-1'],
  ],
  [
    'ModifyDBSnapshotAttribute',
    { DBSnapshotIdentifier: 'copy', AttributeName: 'restore', ValuesToAdd: ['111111111111', '222222222222'] },
    {
      DBSnapshotAttributesResult: {
        DBSnapshotAttributes: [{ AttributeValues: ['999999999999', '111111111111', '222222222222'] }],
      },
    },
  ],
  [
    'ModifyDBParameterGroup',
    {
      DBParameterGroupName: 'zephyr',
      Parameters: [{ ParameterName: 'timezone', ParameterValue: 'Europe/Zurich', ApplyMethod: 'immediate' }],
    },
    { DBParameterGroupName: 'zephyr' },
  ],
  [
    'ModifyDBInstance',
    { DBInstanceIdentifier: 'restored', VpcSecurityGroupIds: ['sg-1', 'sg-2'], DeletionProtection: true },
    {
      DBInstance: {
        VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }, { VpcSecurityGroupId: 'sg-2' }],
        DeletionProtection: true,
      },
    },
  ],
];

it('understands what the command line sends', async () => {
  await using place = await openPlace(subjects.rds);
  const end = rdsRows.findIndex(({ operation }) => operation === 'DeleteDBSnapshot');
  for (const row of rdsRows.slice(0, end)) await place.send(row);
  for (const [operation, input, shown, options] of changes) {
    const region = options === undefined ? place.region : place.elsewhere;
    expect(await commandLine(region, 'rds', operation, input, options), operation).toMatchObject(shown);
  }
  // It signs a URL for the source's region, which is taken and not recorded.
  expect(place.elsewhere.calls.list('CopyDBSnapshot').at(-1)?.input).toMatchObject({ PreSignedUrl: '****' });
  // The region does not take an operation's silence for a success.
  await expect(commandLine(place.region, 'rds', 'DescribeDBClusters', {})).rejects.toMatchObject({
    stderr: expect.stringContaining('(InvalidAction)'),
  });
});
