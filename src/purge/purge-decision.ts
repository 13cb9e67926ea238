/** Types of a column that tells how old a row is. */
export type AgeColumnType = 'timestamptz' | 'timestamp' | 'date';

/** What a purge would delete: a value to look at, to keep, and to hand to `carryOutPurge` within a day. JSON as it stands. */
export interface PurgeDecision {
  readonly database: string;
  /** `schema.table`. */
  readonly table: string;
  readonly column: string;
  readonly columnType: AgeColumnType;
  /** ISO instant: rows before it go, rows of this very instant and rows without one stay. A column without a time zone counts as UTC. */
  readonly cutoff: string;
  /** ISO instant. */
  readonly decidedAt: string;
  /** Rows before the cutoff, in whole partitions too. */
  readonly rows: number;
  readonly keptRows: number;
  /** ISO instant of the oldest row. */
  readonly oldest?: string | undefined;
  /** Partitions that hold nothing else, and are dropped as a whole. */
  readonly wholePartitions: readonly string[];
  /** Key of the dump that holds the rows. */
  readonly archivedBy?: string | undefined;
}

/** What came of a purge. */
export interface PurgeOutcome {
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly deletedRows: number;
  readonly droppedPartitions: readonly string[];
  /** How many transactions it took, and the longest of them, in milliseconds and with its way to the server. */
  readonly transactions: number;
  readonly longestTransaction: number;
  /** Key of the evidence in the archive; absent where there is no archive. */
  readonly evidence?: string | undefined;
}
