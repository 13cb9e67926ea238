import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/clock.js';
import type { AwsPorts } from '../../src/ports/aws.js';
import { defineSystem, type PostgresPorts, type SystemOptions } from '../../src/system/define-system.js';
import { regionOf } from '../../src/system/region-of.js';

const aws = {
  region: 'us-east-1',
  rds: { describeInstance: async () => undefined },
  objectStore: () => ({}),
} as unknown as AwsPorts;

const options: SystemOptions = {
  aws,
  database: { instance: 'zephyr-production-db', name: 'zephyr', credentials: { user: 'app', password: 'secret' } },
};

function refused(change: (valid: SystemOptions) => unknown, field: string): void {
  expect(() => defineSystem(change(options) as SystemOptions)).toThrow(
    expect.objectContaining({ code: 'invalid-input', field, hint: expect.stringMatching(/\.$/) }),
  );
}

describe('defineSystem', () => {
  it('fills in the runbook objectives, a steady pace, the system clock and verify-full', () => {
    const system = defineSystem(options);
    expect(system.objectives).toEqual({ recoveryTime: '1h', recoveryPoint: '5m', automatedRetention: '30d' });
    expect(system.polling).toEqual({ shortestMilliseconds: 5_000, longestMilliseconds: 15_000 });
    expect(system.clock).toBe(systemClock);
    expect(system.random).toBe(Math.random);
    expect(system.database.tls).toEqual({ mode: 'verify-full' });
    expect(system.archive).toBeUndefined();
  });

  it('takes other regions, each once and not its own', () => {
    const west = { ...aws, region: 'us-west-2' };
    expect(defineSystem(options).otherRegions).toEqual([]);
    const system = defineSystem({ ...options, otherRegions: [west] });
    expect(system.otherRegions).toEqual([west]);
    expect(regionOf(system, 'us-west-2', 'to').region).toBe('us-west-2');
    expect(regionOf(system, 'us-east-1', 'to').region).toBe('us-east-1');
    expect(() => regionOf(system, 'eu-west-1', 'to')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'to' }),
    );
    refused((valid) => ({ ...valid, otherRegions: [west, west] }), 'otherRegions[1]');
    refused((valid) => ({ ...valid, otherRegions: [aws] }), 'otherRegions[0]');
    refused((valid) => ({ ...valid, otherRegions: [{}] }), 'otherRegions[0]');
  });

  it('refuses what is not there or of another shape', () => {
    expect(() => defineSystem(undefined as unknown as SystemOptions)).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'options' }),
    );
    refused((valid) => ({ aws: valid.aws }), 'database');
    refused((valid) => ({ ...valid, archive: 'zephyr-backups' }), 'archive');
    refused((valid) => ({ ...valid, aws: { ...aws, elasticache: {} }, cache: 'zephyr-redis' }), 'cache');
    const database = (credentials: unknown) => (valid: SystemOptions) => ({
      ...valid,
      database: { ...valid.database, credentials },
    });
    refused(database(undefined), 'database.credentials.user');
    refused(database({ user: 'app' }), 'database.credentials.password');
    refused(database({ user: '', password: 'secret' }), 'database.credentials.user');
  });

  it.each([
    ['nothing', undefined, 'database.credentials.user'],
    ['an empty password', { user: 'app', password: '' }, 'database.credentials.password'],
  ])('says that the secret is wrong, not the server, where asking for it gives %s', async (_, answer, field) => {
    const credentials = async (): Promise<never> => answer as never;
    const system = defineSystem({ ...options, database: { ...options.database, credentials } });
    await expect(system.database.credentials()).rejects.toMatchObject({ code: 'invalid-input', field });
  });

  it('takes what it is given over its defaults, and undefined as not given', () => {
    const system = defineSystem({
      ...options,
      objectives: { recoveryTime: '30m', recoveryPoint: undefined as never },
      polling: { shortest: '1s' },
      archive: { bucket: 'zephyr-backups', prefix: '/prod/', expectedOwner: '123456789012', kmsKey: 'alias/backups' },
    });
    expect(system.objectives).toMatchObject({ recoveryTime: '30m', recoveryPoint: '5m' });
    expect(system.polling.shortestMilliseconds).toBe(1_000);
    expect(system.archive).toEqual({
      bucket: 'zephyr-backups',
      prefix: 'prod',
      expectedOwner: '123456789012',
      kmsKey: 'alias/backups',
    });
    expect(defineSystem({ ...options, archive: { bucket: 'abc', prefix: '/' } }).archive?.prefix).toBeUndefined();
  });

  it('is frozen, and writes identifiers as RDS stores them', () => {
    const system = defineSystem({ ...options, database: { ...options.database, instance: 'Zephyr-Production-DB' } });
    expect(system.database.instance).toBe('zephyr-production-db');
    expect(Object.isFrozen(system)).toBe(true);
    expect(Object.isFrozen(system.database)).toBe(true);
    expect(Object.isFrozen(system.objectives)).toBe(true);
  });

  it('asks for credentials anew each time, whether they are given as value, function or promise', async () => {
    let rotation = 0;
    const rotating = {
      user: 'app',
      get password() {
        return `secret-${rotation}`;
      },
    };
    const credentials = async () => {
      rotation += 1;
      return { user: rotating.user, password: rotating.password };
    };
    const system = defineSystem({ ...options, database: { ...options.database, credentials } });
    expect(await system.database.credentials()).toEqual({ user: 'app', password: 'secret-1' });
    expect(await system.database.credentials()).toEqual({ user: 'app', password: 'secret-2' });
    expect(await defineSystem(options).database.credentials()).toEqual({ user: 'app', password: 'secret' });
  });

  it('uses the PostgreSQL ports it is given', async () => {
    const postgres = { sql: {}, tools: {} } as unknown as PostgresPorts;
    expect(await defineSystem({ ...options, postgres }).postgres()).toBe(postgres);
  });

  it('loads the PostgreSQL adapter by itself where none is given', async () => {
    const postgres = await defineSystem(options).postgres();
    expect(postgres.sql.connect).toBeTypeOf('function');
    expect(postgres.tools.dump).toBeTypeOf('function');
  });

  it('names the field of everything that cannot be right', () => {
    refused((valid) => ({ ...valid, aws: {} }), 'aws');
    refused((valid) => ({ ...valid, aws: undefined }), 'aws');
    refused((valid) => ({ ...valid, database: { ...valid.database, instance: 'a--b' } }), 'database.instance');
    for (const name of ['', 'x'.repeat(64), 'a\0b', 7]) {
      refused((valid) => ({ ...valid, database: { ...valid.database, name } }), 'database.name');
    }
    for (const bucket of ['s3://zephyr', 'Zephyr', 'ab', 'a/b', '10.0.0.1', undefined]) {
      refused((valid) => ({ ...valid, archive: { bucket } }), 'archive.bucket');
    }
    refused((valid) => ({ ...valid, archive: { bucket: 'abc', expectedOwner: '1' } }), 'archive.expectedOwner');
    refused((valid) => ({ ...valid, objectives: { recoveryPoint: '5' } }), 'objectives.recoveryPoint');
    refused((valid) => ({ ...valid, polling: { shortest: '20s' } }), 'polling.shortest');
    refused((valid) => ({ ...valid, polling: { longest: 'soon' } }), 'polling.longest');
  });
});
