/** One event of the last 14 days. There is no event id in it (facts D2), and existence and order are not guaranteed (facts D3). */
export interface DatabaseEvent {
  readonly at: Date;
  readonly source: string;
  readonly message: string;
  readonly categories: readonly string[];
}

/** Which events to list: those of one thing. */
export interface EventFilter {
  readonly sourceType: 'db-instance' | 'db-snapshot';
  readonly source: string;
  readonly since: Date;
  readonly until?: Date | undefined;
}
