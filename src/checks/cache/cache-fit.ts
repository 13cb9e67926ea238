import type { CheckResult } from '../../core/check-result.js';

/** Share of a node's memory that ElastiCache keeps for itself unless a parameter group says otherwise (`reserved-memory-percent`). */
const reserved = 0.25;

/** GiB of memory by node type, smallest size first, as ElastiCache documents `maxmemory`. */
const memory: Readonly<Record<string, readonly (readonly [size: string, gibibytes: number])[]>> = {
  t2: [
    ['micro', 0.55],
    ['small', 1.55],
    ['medium', 3.22],
  ],
  t3: [
    ['micro', 0.5],
    ['small', 1.37],
    ['medium', 3.09],
  ],
  t4g: [
    ['micro', 0.5],
    ['small', 1.37],
    ['medium', 3.09],
  ],
  m4: [
    ['large', 6.42],
    ['xlarge', 14.28],
    ['2xlarge', 29.7],
    ['4xlarge', 60.78],
    ['10xlarge', 154.64],
  ],
  m5: [
    ['large', 6.38],
    ['xlarge', 12.93],
    ['2xlarge', 26.04],
    ['4xlarge', 52.26],
    ['12xlarge', 157.12],
    ['24xlarge', 314.32],
  ],
  m6g: [
    ['large', 6.38],
    ['xlarge', 12.93],
    ['2xlarge', 26.04],
    ['4xlarge', 52.26],
    ['8xlarge', 103.68],
    ['12xlarge', 157.12],
    ['16xlarge', 209.55],
  ],
  m7g: [
    ['large', 6.38],
    ['xlarge', 12.93],
    ['2xlarge', 26.04],
    ['4xlarge', 52.26],
    ['8xlarge', 103.68],
    ['12xlarge', 157.12],
    ['16xlarge', 209.55],
  ],
  r4: [
    ['large', 12.3],
    ['xlarge', 25.05],
    ['2xlarge', 50.47],
    ['4xlarge', 101.38],
    ['8xlarge', 203.26],
    ['16xlarge', 407],
  ],
  r5: [
    ['large', 13.07],
    ['xlarge', 26.32],
    ['2xlarge', 52.82],
    ['4xlarge', 105.81],
    ['12xlarge', 317.77],
    ['24xlarge', 635.61],
  ],
  r6g: [
    ['large', 13.07],
    ['xlarge', 26.32],
    ['2xlarge', 52.82],
    ['4xlarge', 105.81],
    ['8xlarge', 209.55],
    ['12xlarge', 317.77],
    ['16xlarge', 419.09],
  ],
  r7g: [
    ['large', 13.07],
    ['xlarge', 26.32],
    ['2xlarge', 52.82],
    ['4xlarge', 105.81],
    ['8xlarge', 209.55],
    ['12xlarge', 317.77],
    ['16xlarge', 419.09],
  ],
};

/** What is known of a cache snapshot's size, and where it is to go. */
export interface CacheFitRequest {
  /** Of what was in the cache: `CacheSnapshot.sizeBytes`. */
  readonly sizeBytes: number | undefined;
  /** What the cache ran on: `CacheSnapshot.nodeType`. */
  readonly sourceNodeType: string;
  /** What it is to be restored to, such as `cache.t3.micro`. */
  readonly nodeType: string;
  /** Node groups that share the data. Default 1. */
  readonly nodeGroups?: number | undefined;
}

/** The memory of a node type in bytes; `undefined` for one that this release does not know. */
export function cacheNodeMemory(nodeType: string): number | undefined {
  const [, family = '', size = ''] = /^cache\.([a-z0-9]+)\.([a-z0-9]+)$/.exec(nodeType) ?? [];
  const gibibytes = memory[family]?.find(([name]) => name === size)?.[1];
  return gibibytes === undefined ? undefined : gibibytes * 1024 ** 3;
}

/**
 * Whether a cache snapshot fits nodes of a type, before it is restored to them: one that does not ends as `restore-failed` after
 * all the waiting (facts F11). Close to the limit, or where the size or the node type is not known, it is `inconclusive`.
 *
 * @example
 * ```ts
 * const fit = cacheFit({ sizeBytes: snapshot.sizeBytes, sourceNodeType: snapshot.nodeType, nodeType: 'cache.t3.micro' });
 * ```
 */
export function cacheFit({ sizeBytes, sourceNodeType, nodeType, nodeGroups = 1 }: CacheFitRequest): CheckResult {
  const check = 'cache-fit';
  const bytes = cacheNodeMemory(nodeType);
  const evidence = { sizeBytes, sourceNodeType, nodeType, nodeGroups, memoryBytes: bytes };
  const result = (verdict: CheckResult['verdict'], summary: string): CheckResult => ({
    check,
    verdict,
    summary,
    evidence,
  });
  if (nodeType === sourceNodeType) return result('passed', `${nodeType} is what the snapshot was taken of`);
  if (bytes === undefined) return result('inconclusive', `how much memory ${nodeType} has is not known`);
  const source = cacheNodeMemory(sourceNodeType);
  if (source !== undefined && bytes >= source)
    return result('passed', `${nodeType} has at least the memory of ${sourceNodeType}`);
  if (sizeBytes === undefined) return result('inconclusive', 'ElastiCache does not tell how large the snapshot is');
  const share = Math.round((100 * sizeBytes) / (bytes * nodeGroups));
  const summary = `the snapshot would take ${share} % of the memory of ${nodeType}`;
  if (sizeBytes > bytes * nodeGroups) return result('failed', summary);
  return sizeBytes > bytes * nodeGroups * (1 - reserved)
    ? result('inconclusive', `${summary}, of which a quarter is reserved by default`)
    : result('passed', summary);
}
