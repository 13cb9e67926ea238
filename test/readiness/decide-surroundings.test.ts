import { describe, expect, it } from 'vitest';
import type { DatabaseInstance } from '../../src/ports/database-instance.js';
import type { CacheGlance, MetricsGlance, ReadinessFacts } from '../../src/readiness/readiness-facts.js';
import { decide, finding } from './decided.js';
import { ago, denied, facts, gibibyte, hour, known } from './facts.js';

const measured = (metrics: Partial<MetricsGlance>, changes: Partial<DatabaseInstance> = {}): ReadinessFacts =>
  facts({ metrics: known({ replicas: [], ...metrics }) }, changes);

describe('free storage by measurement', () => {
  const at = (freeGiB: number, more: Partial<MetricsGlance> = {}, changes: Partial<DatabaseInstance> = {}) =>
    finding('free-storage', measured({ freeStorageBytes: freeGiB * gibibyte, ...more }, changes));

  it.each([
    [60, 'ok'],
    [10, 'ok'],
    [9.9, 'warning'],
    [3, 'warning'],
    [2.9, 'critical'],
    [0, 'critical'],
  ])('%d GiB of 100 are %s', (free, grade) => {
    expect(at(free, {}, { maxAllocatedStorageGiB: undefined }).grade).toBe(grade);
  });

  it('counts what autoscaling may still add', () => {
    expect(at(5, {}, { maxAllocatedStorageGiB: 200 })).toMatchObject({
      grade: 'ok',
      title: '5.0 GiB free, 105.0 GiB with autoscaling, 53 %',
      evidence: { share: 0.525, headroomBytes: 105 * gibibyte },
    });
    expect(at(5, {}, { maxAllocatedStorageGiB: 50 }).grade).toBe('warning');
  });

  it('warns when it will not last two weeks at the pace of the last one', () => {
    const shrinking = (perDay: number) =>
      at(42, { shrinkingBytesPerDay: perDay * gibibyte }, { maxAllocatedStorageGiB: undefined });
    expect(shrinking(3).grade).toBe('ok');
    expect(shrinking(3.01)).toMatchObject({ grade: 'warning', evidence: { runwayDays: 13 } });
    expect(shrinking(3.01).title).toContain('at the pace of the last week it lasts 13 d');
    expect(shrinking(-5).evidence).not.toHaveProperty('runwayDays');
  });

  it('falls back to events where nothing was measured, and heeds them besides', () => {
    const events = known([{ at: ago(hour), source: 'p', message: 'x', categories: ['low storage'] }]);
    expect(finding('free-storage', measured({})).title).toBe('RDS has reported no low storage within a day');
    expect(finding('free-storage', measured({ freeStorageBytes: 1 }, { allocatedStorageGiB: 0 })).grade).toBe('ok');
    expect(finding('free-storage', { ...measured({ freeStorageBytes: 50 * gibibyte }), events }).grade).toBe('warning');
    expect(finding('free-storage', { ...facts(), metrics: undefined, events }).grade).toBe('warning');
  });
});

describe('read replicas', () => {
  const replicas = ['zephyr-reports', 'arn:aws:rds:us-west-2:123456789012:db:zephyr-dr'];
  const lag = (...seconds: readonly (number | undefined)[]) =>
    finding(
      'replica-lag',
      measured(
        { replicas: seconds.map((lagSeconds, index) => ({ replica: replicas[index] ?? 'x', lagSeconds })) },
        { replicas: replicas.slice(0, seconds.length) },
      ),
    );

  it('are counted against what is expected', () => {
    expect(finding('replicas', facts()).grade).toBe('ok');
    expect(finding('replicas', facts(), { replicas: 1 })).toMatchObject({
      grade: 'warning',
      title: '0 of 1 expected read replicas',
    });
    expect(finding('replicas', measured({}, { replicas }), { replicas: 1 }).meaning).toContain('no backup');
    expect(decide().findings.some(({ code }) => code === 'replica-lag')).toBe(false);
  });

  it.each([
    [[0], 'ok'],
    // An idle primary lets it rise to five minutes (facts E5).
    [[300], 'ok'],
    [[301], 'warning'],
    [[-1], 'critical'],
    [[0, -1], 'critical'],
    [[undefined], 'warning'],
    [[5, undefined], 'warning'],
  ] as const)('%j seconds behind are %s', (seconds, grade) => {
    expect(lag(...seconds).grade).toBe(grade);
  });

  it('whose lag nobody measured are unknown, not up to date', () => {
    expect(lag(undefined)).toMatchObject({
      title: 'unknown: the lag of zephyr-reports',
      unknown: { code: 'not-measured' },
    });
    const blind = { ...facts({}, { replicas }), metrics: undefined };
    expect(finding('replica-lag', blind)).toMatchObject({ title: 'unknown: the lag of the replicas' });
    const refused = decide({ ...facts({}, { replicas }), metrics: { known: false, error: denied } });
    expect(refused.findings.find(({ code }) => code === 'replica-lag')).toMatchObject({ grade: 'warning' });
  });

  it('that nobody reads any more show in the logs that pile up', () => {
    expect(finding('retained-logs', measured({ logBytes: 20 * gibibyte + 1 }))).toMatchObject({ grade: 'warning' });
    const codes = decide(measured({ logBytes: 20 * gibibyte })).findings.map(({ code }) => code);
    expect(codes).not.toContain('retained-logs');
  });
});

describe('sharing of snapshots', () => {
  const shared = (...sharedWith: readonly string[]) =>
    facts({
      sharing: known({ looked: 3, shared: [{ identifier: 'before-v2', arn: 'a', encrypted: false, sharedWith }] }),
    });

  it('with everybody is critical, with strangers a warning, as expected fine', () => {
    expect(finding('shared-snapshots', shared('all'))).toMatchObject({ grade: 'critical', title: 'public: before-v2' });
    expect(finding('shared-snapshots', shared('all'), { sharedWith: ['all'] }).grade).toBe('critical');
    expect(finding('shared-snapshots', shared('1', '2'), { sharedWith: ['2'] })).toMatchObject({
      grade: 'warning',
      title: 'shared: before-v2 with 1',
    });
    expect(finding('shared-snapshots', shared('2'), { sharedWith: ['2'] })).toMatchObject({
      grade: 'ok',
      title: 'snapshots are shared with the expected accounts only',
    });
    expect(finding('shared-snapshots', facts()).title).toBe('no snapshot is shared');
    const unasked = decide(facts({ sharing: undefined }));
    expect(unasked.findings.some(({ code }) => code === 'shared-snapshots')).toBe(false);
  });
});

describe('copies of the automated backups', () => {
  const backupCopies = ['arn:aws:rds:us-west-2:123456789012:auto-backup:ab-x', 'strange'];

  it('are looked for where they are expected', () => {
    expect(finding('backup-copies', facts()).grade).toBe('ok');
    expect(finding('backup-copies', facts({}, { backupCopies }), { backupRegions: ['us-west-2'] })).toMatchObject({
      grade: 'ok',
      title: expect.stringContaining('copied to us-west-2'),
    });
    expect(
      finding('backup-copies', facts({}, { backupCopies }), { backupRegions: ['us-west-2', 'eu-west-1'] }),
    ).toMatchObject({ grade: 'warning', title: 'automated backups are not copied to eu-west-1' });
  });

  it('count where another region tells of them, and are to keep up', () => {
    const copy = (lag: number | undefined) =>
      facts({
        copies: known([
          { region: 'us-west-2', status: 'replicating', latest: lag === undefined ? undefined : ago(lag) },
        ]),
      });
    const west = { backupRegions: ['us-west-2'] };
    expect(finding('backup-copies', copy(hour), west)).toMatchObject({ grade: 'ok', title: 'copied to us-west-2' });
    expect(finding('backup-copies', copy(undefined), west).grade).toBe('ok');
    expect(finding('backup-copies', copy(2 * hour), west)).toMatchObject({
      grade: 'warning',
      title: 'copies are behind: us-west-2 by 2 h 00 min',
      evidence: { copies: [{ status: 'replicating', latest: ago(2 * hour).toISOString() }] },
    });
  });
});

describe('the cache', () => {
  const cache: CacheGlance = {
    cache: 'zephyr-production-redis',
    status: 'available',
    snapshotRetentionDays: 5,
    snapshotWindow: '04:00-05:00',
    newest: { identifier: 's', createdAt: ago(2 * hour), type: 'manual' },
  };
  const of = (changes: Partial<CacheGlance>): ReadinessFacts => facts({ cache: known({ ...cache, ...changes }) });

  it.each([
    ['available', 'ok'],
    ['snapshotting', 'ok'],
    ['modifying', 'warning'],
    [undefined, 'critical'],
  ])('is %s: %s', (status, grade) => {
    expect(finding('cache-status', of({ status })).grade).toBe(grade);
  });

  it('has a snapshot every six hours unless said otherwise', () => {
    const aged = (age: number) => of({ newest: { identifier: 's', createdAt: ago(age), type: 'automated' } });
    expect(finding('cache-snapshot', aged(7 * hour)).grade).toBe('ok');
    expect(finding('cache-snapshot', aged(-hour)).grade).toBe('ok');
    expect(finding('cache-snapshot', aged(7 * hour + 1))).toMatchObject({
      grade: 'warning',
      next: expect.stringContaining('ensureCacheSnapshot'),
    });
    expect(finding('cache-snapshot', aged(20 * hour), { cacheSnapshotEvery: '24h' }).grade).toBe('ok');
    expect(finding('cache-snapshot', of({ newest: undefined }))).toMatchObject({
      grade: 'warning',
      title: 'there is no snapshot of zephyr-production-redis',
    });
    const never = decide(of({ newest: undefined }), { cacheSnapshotEvery: 'never' });
    expect(never.findings.some(({ code }) => code === 'cache-snapshot')).toBe(false);
  });

  it.each([
    [{ snapshotRetentionDays: 4 }, {}, 'warning'],
    [{ snapshotRetentionDays: undefined, snapshotWindow: undefined }, {}, 'warning'],
    [{ snapshotRetentionDays: 6 }, {}, 'ok'],
    [{ snapshotWindow: '05:00-06:00' }, {}, 'warning'],
    [{ snapshotWindow: '05:00-06:00' }, { cacheSnapshotWindow: '05:00-06:00' }, 'ok'],
    [{ snapshotRetentionDays: 0, snapshotWindow: undefined }, { cacheRetentionDays: 0 }, 'ok'],
  ] as const)('keeps daily ones: %j against %j is %s', (changes, expected, grade) => {
    expect(finding('cache-schedule', of(changes), expected).grade).toBe(grade);
  });

  it('is said to lose what is newer, and is not missed where there is none', () => {
    expect(finding('cache-durability', facts())).toMatchObject({
      grade: 'ok',
      meaning: expect.stringContaining('no append-only file'),
    });
    const codes = decide(facts({ cache: undefined })).findings.map(({ code }) => code);
    expect(codes.filter((code) => code.startsWith('cache'))).toEqual([]);
  });
});

describe('the key of encryption', () => {
  it('is named, and compared where one is expected', () => {
    const kmsKey = 'arn:aws:kms:us-east-1:123456789012:key/a';
    const given = facts({}, { kmsKey });
    expect(finding('encryption', given).title).toBe(`storage is encrypted with ${kmsKey}`);
    expect(finding('encryption', given, { kmsKey }).grade).toBe('ok');
    expect(finding('encryption', given, { kmsKey: `${kmsKey}b` })).toMatchObject({
      grade: 'warning',
      evidence: { kmsKey, expectedKmsKey: `${kmsKey}b` },
    });
    expect(finding('encryption', facts({}, { encrypted: false }), { kmsKey }).title).toBe('storage is not encrypted');
  });
});
