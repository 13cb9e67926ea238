/** One sign of life from a running call. */
export interface ProgressEvent {
  /** What is being done, such as `create-database-snapshot` or `create-dump`. */
  readonly operation: string;
  /** Where in it we are, such as `waiting-for-instance`, `uploading` or `verifying`. */
  readonly phase: string;
  /** The resource concerned: an identifier or an object key. */
  readonly subject: string;
  readonly at: Date;
  /** Since the operation began. */
  readonly elapsedMilliseconds: number;
  /** 0 to 100, where it can be known. 100 does not mean finished (facts A8). */
  readonly percent?: number | undefined;
  readonly bytes?: number | undefined;
  /** What the resource itself says, such as an RDS status. */
  readonly status?: string | undefined;
}

/** Receives progress. */
export type OnProgress = (event: ProgressEvent) => void;
