/** What an event says of a failover. `requested`: ElastiCache was asked to test one. */
export type FailoverMark = 'requested' | 'started' | 'completed' | 'abandoned';

/** An event of RDS or ElastiCache, as far as it tells of failovers. */
export interface FailoverEvent {
  readonly at: Date;
  readonly message: string;
}

/** One failover as its events tell it: any of them may be missing (facts D3). */
export interface FailoverEpisode {
  readonly startedAt?: Date | undefined;
  readonly completedAt?: Date | undefined;
  /** RDS gave it up, since another one had just been: it only restarted the server (facts D4). */
  readonly abandonedAt?: Date | undefined;
}

/** Two events of one failover are no further apart: RDS announces its end twice, and the beginning may be missing. */
const longestEpisode = 30 * 60_000;

/**
 * Tells an event by its text. The wording varies between documentation and service, and what the runbook waits for, "Multi-AZ
 * failover completed", is none of it (facts D5): so case, the word instance and what follows do not matter.
 *
 * @example
 * ```ts
 * markOfFailover('Multi-AZ instance failover completed'); // 'completed'
 * ```
 */
export function markOfFailover(message: string): FailoverMark | undefined {
  if (/abandon\w* .*failover/i.test(message)) return 'abandoned';
  if (/test failover api called/i.test(message)) return 'requested';
  if (/multi-az (?:instance )?(?:failover|activation)\b.*\bcomplete/i.test(message)) return 'completed';
  if (/recovered from partial failover/i.test(message)) return 'completed';
  if (/failover (?:from \S+ node \S+ )?to replica node \S+ completed/i.test(message)) return 'completed';
  if (/multi-az (?:instance )?(?:failover|activation)\b.*\bstarted/i.test(message)) return 'started';
  return undefined;
}

/**
 * The failovers that events tell of, the oldest first. Events may come in any order, twice, or not at all; what says nothing of a
 * failover is passed over. Pure.
 */
export function failoversIn(events: readonly FailoverEvent[]): readonly FailoverEpisode[] {
  const marked = events.flatMap(({ at, message }) => {
    const mark = markOfFailover(message);
    return mark === undefined ? [] : [{ at, mark }];
  });
  // Of what has the same time the beginning comes first.
  const sorted = marked.sort((a, b) => a.at.getTime() - b.at.getTime() || rank(a.mark) - rank(b.mark));
  const episodes: FailoverEpisode[] = [];
  for (const { at, mark } of sorted) {
    const last = episodes.at(-1);
    if (last !== undefined && belongsTo(last, at, mark)) episodes[episodes.length - 1] = extended(last, at, mark);
    else episodes.push(extended({}, at, mark));
  }
  return episodes;
}

/** When the last thing was heard of it. */
export function lastOfEpisode({ startedAt, completedAt, abandonedAt }: FailoverEpisode): Date {
  return abandonedAt ?? completedAt ?? startedAt ?? new Date(0);
}

function rank(mark: FailoverMark): number {
  return mark === 'requested' ? 0 : mark === 'started' ? 1 : 2;
}

function belongsTo(episode: FailoverEpisode, at: Date, mark: FailoverMark): boolean {
  const { completedAt, abandonedAt } = episode;
  if (at.getTime() - lastOfEpisode(episode).getTime() > longestEpisode) return false;
  if (abandonedAt !== undefined) return mark === 'abandoned';
  return completedAt === undefined || mark === 'completed';
}

function extended(episode: FailoverEpisode, at: Date, mark: FailoverMark): FailoverEpisode {
  switch (mark) {
    case 'requested':
    case 'started':
      return { ...episode, startedAt: episode.startedAt ?? at };
    case 'completed':
      return { ...episode, completedAt: at };
    case 'abandoned':
      return { ...episode, abandonedAt: at };
  }
}
