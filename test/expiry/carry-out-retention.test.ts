import { AddTagsToResourceCommand, RemoveTagsFromResourceCommand } from '@aws-sdk/client-rds';
import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { manifestKeyOf } from '../../src/backup/dump-manifest.js';
import type { Backup } from '../../src/core/backups.js';
import type { ProgressEvent } from '../../src/core/progress.js';
import { listEvidence } from '../../src/evidence/list-evidence.js';
import { readEvidence } from '../../src/evidence/read-evidence.js';
import { carryOutRetention } from '../../src/expiry/carry-out-retention.js';
import { decideRetention } from '../../src/expiry/decide-retention.js';
import { renderRetentionOutcome } from '../../src/expiry/render-retention-outcome.js';
import type { RetentionOutcome } from '../../src/expiry/retention-outcome.js';
import { createArchiveJournal } from '../../src/restore/execution/archive-journal.js';
import type { RetentionDecision } from '../../src/retention/retention-decision.js';
import { RetentionPolicy } from '../../src/retention/retention-policy.js';
import { bucket, clientsOf, givenProduction, type Production } from '../sweeps/production.js';
import { type GivenBackups, givenBackups, keepTwo, putDump, whatIsThere } from './given-backups.js';

/** Ids by what became of them. */
function fates({ expired }: RetentionOutcome): Readonly<Record<string, readonly string[]>> {
  const by: Record<string, string[]> = {};
  for (const { id, fate } of expired) {
    const name = fate.kind === 'spared' ? `spared: ${fate.because}` : fate.kind;
    by[name] = [...(by[name] ?? []), id];
  }
  return by;
}

const decide = ({ system }: GivenBackups): Promise<RetentionDecision<Backup>> => decideRetention(system, keepTwo);

/** Tags of a snapshot, changed past the library. */
async function retag(
  production: Production,
  snapshot: string,
  change: { readonly add?: string; readonly remove?: string },
): Promise<void> {
  const { rds } = clientsOf(production.region, production.region.requestHandler);
  const ResourceName = `arn:aws:rds:us-east-1:123456789012:snapshot:${snapshot}`;
  if (change.add !== undefined)
    await rds.send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key: change.add, Value: 'court' }] }));
  if (change.remove !== undefined)
    await rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: [change.remove] }));
}

describe('carrying out retention', () => {
  it('deletes what the decision lets go, nothing else, and leaves evidence', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 5);
    const events: ProgressEvent[] = [];
    const decision = await decide(given);
    const outcome = await carryOutRetention(given.system, decision, { onProgress: (event) => events.push(event) });

    const gone = [given.snapshots, given.cacheSnapshots, given.dumps].flatMap((ids) => ids.slice(0, 3));
    expect(outcome).toMatchObject({ verdict: 'completed', decidedFor: decision.now, kept: decision.keep.length });
    expect([...(fates(outcome).deleted ?? [])].sort()).toEqual([...gone].sort());
    expect(Object.keys(fates(outcome))).toEqual(['deleted']);
    production.clock.advance(3_600_000);
    const [fourth = '', fifth = ''] = given.dumps.slice(3).map((id) => id.slice(0, -'.dump'.length));
    expect(await whatIsThere(production)).toEqual(
      [
        ...given.snapshots.slice(3),
        ...given.cacheSnapshots.slice(3),
        ...['schema.dump', 'data-1.dump', 'data-2.dump', 'manifest.json'].map((end) => `${fourth}.${end}`),
        ...['dump', 'manifest.json'].map((end) => `${fifth}.${end}`),
      ].sort(),
    );
    expect(events.at(-1)).toMatchObject({ operation: 'carry-out-retention', phase: 'deleted', percent: 100 });

    const record = await readEvidence(given.system, outcome.evidence ?? '');
    expect(record).toMatchObject({ kind: 'retention', verdict: 'passed', subject: 'zephyr-production-db' });
    expect(record?.body).toMatchObject({ stage: 'finished', expired: expect.any(Array) });
    expect(renderRetentionOutcome(outcome)).toContain('completed, 9 deleted');
    expect(renderRetentionOutcome(outcome)).toContain(`Evidence: ${outcome.evidence}`);
  });

  it('deletes nothing more the second time, for the same decision and for a new one', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const decision = await decide(given);
    await carryOutRetention(given.system, decision);
    production.clock.advance(3_600_000);
    const there = await whatIsThere(production);
    const again = await carryOutRetention(given.system, decision);
    expect(Object.keys(fates(again))).toEqual(['already-gone']);
    const anew = await carryOutRetention(given.system, await decide(given));
    expect(anew).toMatchObject({ verdict: 'completed', expired: [] });
    expect(anew).not.toHaveProperty('evidence');
    expect(await whatIsThere(production)).toEqual(there);
  });

  it('spares what is held, disowned or no longer what was decided upon', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 6);
    const decision = await decide(given);
    const [held = '', disowned = '', remade = ''] = given.snapshots;
    await retag(production, held, { add: 'zephyr:hold' });
    await retag(production, disowned, { remove: 'zephyr:managed-by' });
    await production.aws.rds.deleteSnapshot(remade);
    const tags = { 'zephyr:managed-by': 'zephyr-backup' };
    await production.aws.rds.createSnapshot({ snapshot: remade, instance: 'zephyr-production-db', tags });
    production.clock.advance(3_600_000);
    const [dump = ''] = given.dumps;
    await production.aws.objectStore({ bucket }).put(manifestKeyOf(dump), '{}');

    const outcome = await carryOutRetention(given.system, decision);
    expect(fates(outcome)).toMatchObject({
      'spared: on-hold': [held],
      'spared: changed': expect.arrayContaining([disowned, remade, dump]),
    });
    expect(await whatIsThere(production)).toEqual(
      expect.arrayContaining([held, disowned, remade, dump, manifestKeyOf(dump)]),
    );
    expect(renderRetentionOutcome(outcome)).toContain('on hold since');
  });

  it('spares all of a source whose good backups have gone since', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const decision = await decide(given);
    for (const id of given.snapshots.slice(2)) await production.aws.rds.deleteSnapshot(id);
    for (const id of given.dumps.slice(2))
      await production.aws.objectStore({ bucket }).delete({ key: manifestKeyOf(id) });
    const outcome = await carryOutRetention(given.system, decision);
    const stays = [...given.snapshots.slice(0, 2), ...given.dumps.slice(0, 2)];
    expect([...(fates(outcome)['spared: last-good-gone'] ?? [])].sort()).toEqual([...stays].sort());
    expect([...(fates(outcome).deleted ?? [])].sort()).toEqual(given.cacheSnapshots.slice(0, 2));
  });

  it('says what cannot be deleted, and deletes the rest', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const [snapshot = ''] = given.snapshots;
    production.region.faults.inject({
      operation: 'DeleteDBSnapshot',
      input: { DBSnapshotIdentifier: snapshot },
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    production.region.faults.inject({
      operation: 'DeleteObjects',
      fault: { kind: 'error', code: 'AccessDenied', status: 403 },
    });
    const outcome = await carryOutRetention(given.system, await decide(given));
    expect(outcome.verdict).toBe('incomplete');
    expect([...(fates(outcome).failed ?? [])].sort()).toEqual([snapshot, ...given.dumps.slice(0, 2)].sort());
    expect(outcome.expired.find(({ id }) => id === snapshot)?.fate).toMatchObject({ code: 'access-denied' });
    expect(await whatIsThere(production)).toEqual(expect.arrayContaining([snapshot, ...given.dumps.slice(0, 1)]));
    expect((await readEvidence(given.system, outcome.evidence ?? ''))?.verdict).toBe('failed');
    expect(renderRetentionOutcome(outcome)).toContain('access-denied: ');
  });

  it('tells that a bucket with versions only hides what was deleted', async () => {
    await using production = await givenProduction();
    const { s3 } = clientsOf(production.region, production.region.requestHandler);
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    const given = await givenBackups(production, 3);
    const outcome = await carryOutRetention(given.system, await decide(given));
    const dump = outcome.expired.find(({ kind }) => kind === 'dump');
    expect(dump?.fate).toEqual({ kind: 'deleted', keptAsVersion: true });
    expect(renderRetentionOutcome(outcome)).toContain('the bucket keeps versions: 1 of them');
  });

  it('deletes dumps by the thousand', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 1);
    const start = production.clock.now().getTime();
    for (let each = 0; each < 1_203; each += 1) {
      await putDump(production, new Date(start + each * 1_000), each % 600 === 0 ? 3 : 1);
    }
    production.clock.advance(7_200_000);
    const decision = await decide(given);
    production.region.calls.clear();
    const outcome = await carryOutRetention(given.system, decision);
    expect(outcome.verdict).toBe('completed');
    expect(fates(outcome).deleted).toHaveLength(1_202);
    // The manifests of a thousand dumps, their archives in two requests, and the same for what is left.
    expect(production.region.calls.list('DeleteObjects')).toHaveLength(5);
    expect(production.region.calls.list('ListObjectsV2')).toHaveLength(3);
    expect((await whatIsThere(production)).filter((key) => key.endsWith('.manifest.json'))).toHaveLength(2);
  });

  it('finds all archives of a dump where others keep things beside them, and leaves those alone', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const stem = given.dumps[1]?.slice(0, -'.dump'.length);
    await production.aws.objectStore({ bucket }).put(`${stem}.notes.txt`, 'by somebody else');
    production.clock.advance(1_000);
    await carryOutRetention(given.system, await decide(given));
    expect((await whatIsThere(production)).filter((key) => key.startsWith(`${stem}.`))).toEqual([`${stem}.notes.txt`]);
  });

  it('gives up deciding at its deadline', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 1);
    production.region.faults.inject({ operation: 'DescribeDBSnapshots', fault: { kind: 'hang' } });
    const deadline = new Date(production.clock.now().getTime() + 60_000);
    const late = decideRetention(given.system, keepTwo, {}, { deadline });
    await expect(late).rejects.toMatchObject({ code: 'deadline-exceeded' });
  });

  it('does nothing where the fuse refused', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const fused = new RetentionPolicy({ rules: [{ kind: 'dump', keepLast: 1 }] });
    production.region.calls.clear();
    const outcome = await carryOutRetention(given.system, await decideRetention(given.system, fused));
    expect(outcome).toMatchObject({ verdict: 'refused', expired: [], kept: expect.any(Number) });
    expect(production.region.calls.list('Delete*')).toEqual([]);
    expect((await readEvidence(given.system, outcome.evidence ?? ''))?.verdict).toBe('inconclusive');
    expect(renderRetentionOutcome(outcome)).toContain('the fuse refused');
  });

  it('refuses what is no decision, one of another day, and one that went through JSON, before any call', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 3);
    const decision = await decide(given);
    production.region.calls.clear();
    for (const wrong of [undefined, {}, JSON.parse(JSON.stringify(decision))]) {
      const call = carryOutRetention(given.system, wrong as RetentionDecision<Backup>);
      await expect(call).rejects.toMatchObject({ code: 'invalid-input', field: 'decision' });
    }
    production.clock.advance(86_400_001);
    await expect(carryOutRetention(given.system, decision)).rejects.toMatchObject({ code: 'precondition-failed' });
    const ahead = { ...decision, now: new Date(production.clock.now().getTime() + 120_000).toISOString() };
    await expect(carryOutRetention(given.system, ahead)).rejects.toMatchObject({ code: 'precondition-failed' });
    expect(production.region.calls.list()).toEqual([]);
  });

  it('stops when it is told to, and keeps evidence of what it has done', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const stop = new AbortController();
    const decision = await decide(given);
    const stopped = carryOutRetention(given.system, decision, {
      signal: stop.signal,
      onProgress: ({ subject }) => {
        if (subject === given.snapshots[1]) stop.abort(new Error('enough'));
      },
    });
    await expect(stopped).rejects.toThrow('enough');
    const evidence = [];
    for await (const { key } of listEvidence(given.system, { kind: 'retention' }))
      evidence.push(await readEvidence(given.system, key));
    expect(evidence).toMatchObject([
      { verdict: 'inconclusive', body: { stage: 'begun' } },
      { verdict: 'inconclusive', body: { stage: 'stopped', verdict: 'completed' } },
    ]);
    // The newest go first: it was told of the second snapshot, and had not begun with the first.
    expect(evidence.flatMap((each) => each?.body.expired ?? [])).toMatchObject([
      { id: given.cacheSnapshots[1], fate: { kind: 'deleted' } },
      { id: given.snapshots[1], fate: { kind: 'deleted' } },
    ]);
    const outcome = await carryOutRetention(given.system, decision);
    expect(outcome.verdict).toBe('completed');
  });

  it('that is stopped and cannot write down what it has done says so besides', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 4);
    const decision = await decide(given);
    const { faults } = production.region;
    const denied = { kind: 'error', code: 'AccessDenied', status: 403 } as const;
    const expired = { kind: 'error', code: 'ExpiredToken' } as const;
    // What is about to go is written down; then the credentials end, and nothing may be written any more.
    const rules = [
      faults.inject({ operation: 'DeleteDBSnapshot', fault: expired }),
      faults.inject({ operation: 'PutObject', input: { Key: '*evidence/*' }, call: [2, 3, 4], fault: denied }),
    ];
    const phases: string[] = [];
    const onProgress = ({ phase }: { readonly phase: string }): void => void phases.push(phase);
    await expect(carryOutRetention(given.system, decision, { onProgress })).rejects.toMatchObject({
      code: 'credentials-expired',
      message: expect.stringContaining('not in the evidence'),
      details: { evidenceLost: { code: 'access-denied' } },
      cause: { code: 'credentials-expired' },
    });
    expect(phases.at(-1)).toBe('evidence-lost');
    for (const rule of rules) rule.remove();
    // Carried out once more it does the rest, and that is written down.
    const outcome = await carryOutRetention(given.system, decision);
    expect(outcome.verdict).toBe('completed');
    expect(outcome.evidence).toBeDefined();
  });
});

describe('deciding on retention', () => {
  it('keeps what a copy, a restore or a drill is reading', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 5);
    const [copied = '', restored = '', drilled = ''] = given.snapshots;
    await production.aws.rds.copySnapshot({
      source: `arn:aws:rds:us-east-1:123456789012:snapshot:${copied}`,
      snapshot: 'a-copy',
      tags: {},
    });
    const journal = createArchiveJournal(given.system);
    const at = production.clock.now().toISOString();
    const begin = async (planHash: string, kind: string, details: Readonly<Record<string, unknown>>): Promise<void> => {
      const now = production.clock.now();
      await journal.acquireLease({ planHash, holder: 'me', now, until: new Date(now.getTime() + 900_000) });
      await journal.append({ at, planHash, runId: 'me', kind, details });
    };
    await begin('plan', 'run-begun', { backup: restored });
    await begin('drill-1', 'drill-decided', { decision: { backup: { id: drilled } } });
    const kept = async (): Promise<readonly string[]> =>
      (await decide(given)).keep.flatMap(({ backup, reasons }) =>
        reasons.some(({ kind }) => kind === 'in-use') ? [backup.id] : [],
      );
    expect([...(await kept())].sort()).toEqual([copied, restored, drilled].sort());
    await journal.releaseLease({ planHash: 'plan', holder: 'me' });
    production.clock.advance(8 * 86_400_000);
    expect(await kept()).toEqual([]);
  });

  it('keeps what the caller says is in use', async () => {
    await using production = await givenProduction();
    const given = await givenBackups(production, 3);
    const inUse = new Set(given.dumps.slice(0, 1));
    const { expire } = await decideRetention(given.system, keepTwo, { inUse });
    expect(expire.map(({ backup }) => backup.kind).sort()).toEqual(['cache-snapshot', 'database-snapshot']);
  });
});
