import { type CheckReport, type CheckResult, overallVerdict, type Verdict } from '../core/check-result.js';
import type { DumpCheckLevel } from './dump-check-request.js';
import type { DumpCoverage } from './dump-subset.js';

/** What one level of a dump check came to. */
export interface DumpLevel {
  readonly level: DumpCheckLevel;
  /** What is true of the dump if it passed. */
  readonly proves: string;
  /** `inconclusive` too where an earlier level did not pass, so that this one was not begun. */
  readonly verdict: Verdict;
}

/** What remains of a check in the archive: under which key, or why nothing could be kept. */
export type DumpCheckEvidence = { readonly key: string } | { readonly problem: Readonly<Record<string, unknown>> };

/** What a check of a dump found. */
export interface DumpCheckReport extends CheckReport {
  /** The dump's key. */
  readonly dump: string;
  /** Every level that was asked for. */
  readonly levels: readonly DumpLevel[];
  /** What was read, where only a part was to be. */
  readonly coverage?: DumpCoverage | undefined;
  /** The highest level that it and all before it passed; `undefined`: nothing is proven. Of the dump as a whole: never by a part. */
  readonly proven: DumpCheckLevel | undefined;
  /** What was kept of it in the archive: of what was restored, and of every dump that failed. */
  readonly evidence?: DumpCheckEvidence | undefined;
}

/** Whether some of a dump was not read. What is found of it is then not true of the dump. */
export function isPartial(coverage: DumpCoverage | undefined): coverage is DumpCoverage {
  return coverage !== undefined && coverage.notRead.length > 0;
}

/** What a level proves, in words. */
export function provenBy(level: DumpCheckLevel): string {
  switch (level) {
    case 0:
      return 'every archive is there, whole, and byte for byte what its manifest says';
    case 1:
      return 'every archive can be opened, and holds data of exactly the tables that the manifest knows';
    case 2:
      return 'every block of data can be read and unpacked';
    case 3:
      return 'the dump restores into an empty database that is built like the dumped one, with sound keys, sequences and indexes';
    case 4:
      return 'every restored table has the rows and the content that were dumped';
    default:
      throw new Error(`no such level: ${String(level satisfies never)}`);
  }
}

/** What level 3 proves of a part, whose tables may point to rows that are not in it. */
const restoredInPart = 'the rows restore into an empty database, with sound keys, sequences and indexes';

/** A check, and the level that it belongs to. */
export interface LeveledCheck {
  readonly level: DumpCheckLevel;
  readonly result: CheckResult;
}

/** The report over the checks that were made. A level without any check is not proven. */
export function dumpCheckReport(
  dump: string,
  asked: DumpCheckLevel,
  made: readonly LeveledCheck[],
  times: Pick<CheckReport, 'startedAt' | 'finishedAt'>,
  coverage?: DumpCoverage | undefined,
): DumpCheckReport {
  const checks = made.map(({ result }) => result);
  const partial = isPartial(coverage);
  // The tables of contents are read of every archive.
  const part = (level: DumpCheckLevel): string =>
    partial && level !== 1
      ? `of ${coverage.read.length} of ${coverage.read.length + coverage.notRead.length} archives: `
      : '';
  const levels = ([0, 1, 2, 3, 4] as const)
    .filter((level) => level <= asked)
    .map((level): DumpLevel => {
      const own = made.filter((check) => check.level === level).map(({ result }) => result);
      const proves = partial && level === 3 ? restoredInPart : provenBy(level);
      return { level, proves: part(level) + proves, verdict: overallVerdict(own) };
    });
  const firstOpen = levels.findIndex(({ verdict }) => verdict !== 'passed');
  const proven = partial ? undefined : levels[firstOpen === -1 ? levels.length - 1 : firstOpen - 1]?.level;
  const verdict = overallVerdict([...checks, ...levels.map(({ verdict: one }) => placeholder(one))]);
  return { verdict, checks, dump, levels, proven, ...times, ...(coverage === undefined ? {} : { coverage }) };
}

function placeholder(verdict: Verdict): CheckResult {
  return { check: 'level', verdict, summary: '', evidence: {} };
}
