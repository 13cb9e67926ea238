import type { DumpArchive, DumpManifest } from '../backup/dump-manifest.js';
import { findLatestDump, readManifest } from '../backup/find-dump.js';
import { withinDeadline } from '../checks/within-deadline.js';
import type { CallOptions } from '../core/call-options.js';
import type { CheckResult } from '../core/check-result.js';
import { BackupError, isBackupError } from '../core/errors.js';
import type { ObjectStorePort } from '../ports/object-store.js';
import type { PortCall } from '../ports/port-call.js';
import type { ArchiveContents, PostgresToolsPort } from '../ports/postgres.js';
import { archiveStore } from '../system/archive-store.js';
import type { System } from '../system/define-system.js';
import { checkDumpContents } from './check-dump-contents.js';
import { checkDumpObject } from './check-dump-object.js';
import { checkDumpRestore } from './check-dump-restore.js';
import { type DumpCheckReport, dumpCheckReport, type LeveledCheck } from './dump-check-report.js';
import { type CheckDumpRequest, checkDumpCheckRequest, type DumpCheckLevel } from './dump-check-request.js';
import { coverageOf, type DumpCoverage } from './dump-subset.js';
import { isArchiveProblem, readDumpArchive } from './read-dump-archive.js';
import { recordDumpCheck } from './record-dump-check.js';

/** How far back the latest dump is looked for. */
const lookBackMilliseconds = 400 * 86_400_000;

/** What one check of a dump is made with. */
interface DumpCheck {
  readonly store: ObjectStorePort;
  /** Absent at level 0, which needs no pg_restore. */
  readonly tools: PostgresToolsPort | undefined;
  readonly level: DumpCheckLevel;
  readonly call: PortCall;
  readonly report: (subject: string, phase: string, bytes?: number) => void;
}

/** Checks a dump, level by level: see `IntegrityChecker.checkDump`. A level is begun where all before it have passed. */
export async function checkDump(
  system: System,
  request: CheckDumpRequest,
  options: CallOptions,
): Promise<DumpCheckReport> {
  const { dump, level, scratch, subset } = checkDumpCheckRequest(request);
  const { store } = archiveStore(system);
  const { clock } = system;
  const began = clock.now();
  const report: DumpCheck['report'] = (subject, phase, bytes) => {
    const at = clock.now();
    const elapsedMilliseconds = at.getTime() - began.getTime();
    options.onProgress?.({ operation: 'check-dump', phase, subject, bytes, at, elapsedMilliseconds });
  };
  const limits = { clock, deadline: options.deadline, signal: options.signal };
  return withinDeadline(`checking the dump ${dump}`, limits, async (signal) => {
    const tools = level === 0 ? undefined : (await system.postgres()).tools;
    const checking: DumpCheck = { store, tools, level, call: { signal }, report };
    const finish = (key: string, made: readonly LeveledCheck[], coverage?: DumpCoverage): DumpCheckReport => {
      const times = { startedAt: began.toISOString(), finishedAt: clock.now().toISOString() };
      return dumpCheckReport(key, level, made, times, coverage);
    };
    const manifest = await findManifest(system, checking, dump, began);
    if (isBackupError(manifest)) return finish(dump, [{ level: 0, result: unreadable(manifest) }]);
    const coverage = subset === undefined ? undefined : coverageOf(manifest.archives, subset, level);
    const record = (made: readonly LeveledCheck[]): Promise<DumpCheckReport> =>
      recordDumpCheck(system, manifest, finish(manifest.key, made, coverage), { signal });
    const made = await checkArchives(checking, manifest, coverage);
    const sound = made.every(({ result }) => result.verdict === 'passed');
    if (!sound || (level !== 3 && level !== 4) || scratch === undefined) return record(made);
    const restored = await checkDumpRestore(system, manifest, { level, scratch, coverage }, { ...options, signal });
    return record([...made, ...restored]);
  });
}

/** Levels 0 to 2: what can be proven of the archives without a server. */
async function checkArchives(
  checking: DumpCheck,
  manifest: DumpManifest,
  coverage: DumpCoverage | undefined,
): Promise<readonly LeveledCheck[]> {
  const { store, level, call, report } = checking;
  const objects: CheckResult[] = [];
  for (const archive of manifest.archives) {
    report(archive.key, 'looking');
    objects.push(await checkDumpObject(store, archive, call));
  }
  const made = objects.map((result): LeveledCheck => ({ level: 0, result }));
  if (objects.some(({ verdict }) => verdict !== 'passed')) return made;
  const chosen = manifest.archives.filter(({ key }) => coverage?.read.includes(key) !== false);
  for (const archive of chosen) made.push(...(await readArchive(checking, archive)));
  const whole = made.every((one) => one.level !== 0 || one.result.verdict === 'passed');
  if (level === 0 || !whole) return made;
  return [...made, { level: 1, result: await checkContents(checking, manifest) }];
}

async function readArchive(checking: DumpCheck, archive: DumpArchive): Promise<readonly LeveledCheck[]> {
  const { store, tools, level, call, report } = checking;
  const { key } = archive;
  const onBytes = (bytes: number): void => report(key, 'reading', bytes);
  const read = await readDumpArchive(store, archive, level >= 2 ? tools : undefined, { ...call, onBytes });
  const { sizeBytes, sha256, undecodable } = read;
  const same = sizeBytes === archive.sizeBytes && sha256 === archive.sha256;
  const evidence = { key, expected: archive.sha256, found: sha256, bytes: sizeBytes };
  const summary = same ? `${key} has its SHA-256` : `${key} is not what was stored: its SHA-256 differs`;
  const hashed: LeveledCheck = {
    level: 0,
    result: { check: 'dump-checksum', verdict: same ? 'passed' : 'failed', summary, evidence },
  };
  return level < 2 ? [hashed] : [hashed, { level: 2, result: decodeResult(key, undecodable) }];
}

function decodeResult(key: string, problem: BackupError | undefined): CheckResult {
  if (problem !== undefined) return problemResult('dump-decode', problem, { key });
  return { check: 'dump-decode', verdict: 'passed', summary: `${key} can be decoded to its end`, evidence: { key } };
}

async function checkContents(checking: DumpCheck, manifest: DumpManifest): Promise<CheckResult> {
  const { store, tools, call, report } = checking;
  const contents: ArchiveContents[] = [];
  for (const { key } of manifest.archives) {
    report(key, 'listing');
    const { body } = await store.get(key, undefined, call);
    try {
      if (tools !== undefined) contents.push(await tools.contents(body, call));
    } catch (error) {
      call.signal?.throwIfAborted();
      if (!isArchiveProblem(error)) throw error;
      return problemResult('dump-contents', error, { key });
    } finally {
      body.destroy();
    }
  }
  return checkDumpContents(manifest, contents);
}

/** That this pg_restore is too old for an archive says nothing about it. */
function problemResult(check: string, error: BackupError, evidence: Readonly<Record<string, unknown>>): CheckResult {
  const { code, message, hint } = error;
  const verdict = code === 'dump-corrupt' ? 'failed' : 'inconclusive';
  return { check, verdict, summary: `${String(evidence.key)}: ${message}`, evidence: { ...evidence, code, hint } };
}

/** The manifest, or why it cannot be read. That there is none is an error: there is nothing to check. */
async function findManifest(
  system: System,
  { store, call }: DumpCheck,
  dump: string,
  now: Date,
): Promise<DumpManifest | BackupError> {
  try {
    if (dump !== 'latest') return await readManifest(store, dump, call);
    const notBefore = new Date(now.getTime() - lookBackMilliseconds);
    const latest = await findLatestDump(store, { database: system.database.name, now, notBefore }, call);
    if (latest !== undefined) return latest;
  } catch (error) {
    if (isBackupError(error, 'dump-corrupt')) return error;
    throw error;
  }
  throw new BackupError({
    code: 'dump-not-found',
    message: `there is no dump of ${system.database.name} in ${store.location}`,
    hint: 'A dump without a manifest does not exist. Make one, or name an older one by its key.',
    details: { database: system.database.name, location: store.location },
  });
}

function unreadable({ code, message, hint, details }: BackupError): CheckResult {
  return { check: 'dump-manifest', verdict: 'failed', summary: message, evidence: { code, hint, ...details } };
}
