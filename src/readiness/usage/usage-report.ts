/** What takes up storage. */
export type UsageKind =
  | 'automated-snapshot'
  | 'manual-snapshot'
  | 'aws-backup-snapshot'
  | 'cache-snapshot'
  | 'dump'
  | 'evidence'
  | 'journal';

/** How old it is: up to a week, a month of 30 days, 90 days, a year of 365 days, or older. */
export type UsageAge = 'week' | 'month' | 'quarter' | 'year' | 'older';

/** What there is of one kind in one kind of storage. */
export interface UsageGroup {
  readonly kind: UsageKind;
  /** `rds`, `elasticache`, or the storage class of S3. */
  readonly storage: string;
  readonly count: number;
  readonly bytes: number;
  /** RDS keeps and bills increments and tells only full sizes: it cannot be more than this (facts A23). */
  readonly upperBound: boolean;
  /** How many of them have no known size; those count as nothing. */
  readonly unsized: number;
  readonly byAge: Readonly<Record<UsageAge, { readonly count: number; readonly bytes: number }>>;
  /** Bytes of what was made within the last 30 days and is still there. */
  readonly addedInMonth: number;
  /** The same of the 30 days before. */
  readonly addedInMonthBefore: number;
  /** ISO instant. */
  readonly oldest?: string | undefined;
}

/** What one kind of storage costs in a month. */
export interface UsageCost {
  readonly storage: string;
  readonly bytes: number;
  /** Of these, what AWS does not charge for. */
  readonly freeBytes: number;
  /** Absent where the table has no price for it. */
  readonly perGiBMonth?: number | undefined;
  readonly monthly?: number | undefined;
  readonly upperBound: boolean;
}

/** What backups take up and cost. JSON as it stands. */
export interface UsageReport {
  readonly system: { readonly instance: string; readonly region: string };
  readonly at: string;
  readonly groups: readonly UsageGroup[];
  readonly costs: readonly UsageCost[];
  /** Sum of the costs that have a price. */
  readonly monthly: number;
  /** The same a month from now, if as much is added as in the last 30 days and nothing but automated snapshots expires. */
  readonly projectedMonthly: number;
  readonly prices: {
    readonly currency: string;
    readonly region: string;
    readonly asOf: string;
    readonly source: string;
  };
  /** What the numbers do not say, a line each. */
  readonly notes: readonly string[];
  /** What could not be looked at: the numbers are too small by it. */
  readonly unknown: readonly { readonly what: string; readonly code: string; readonly message: string }[];
}
