/** One question to a server and what came of it. */
export interface ProbeReading {
  readonly askedAt: Date;
  readonly endedAt: Date;
  /** Which server took the write; absent: none did. */
  readonly server?: string | undefined;
  /** Why none did. */
  readonly problem?: string | undefined;
}

/** What all readings so far come to. */
export interface OutageMeter {
  readonly probes: number;
  readonly failed: number;
  /** The end of the last answer before the outage, or the last of all. */
  readonly lastAnsweredAt?: Date | undefined;
  /** When the first question was asked that got no answer. */
  readonly firstFailedAt?: Date | undefined;
  /** The end of the first answer after the last question that got none. */
  readonly answeredAgainAt?: Date | undefined;
  /** Since when every question was answered. */
  readonly answeringSince?: Date | undefined;
  /** Who answered last. */
  readonly server?: string | undefined;
  /** What the last question that got no answer failed with. */
  readonly problem?: string | undefined;
}

/** Before the first reading. */
export const nothingRead: OutageMeter = { probes: 0, failed: 0 };

/**
 * Adds a reading. An outage is all from the first question without an answer to the first answer after which none was missing: a server
 * that answers in between and is gone again has not come back. Pure.
 */
export function addReading(meter: OutageMeter, reading: ProbeReading): OutageMeter {
  const probes = meter.probes + 1;
  const { askedAt, endedAt, server, problem } = reading;
  if (server === undefined) {
    const firstFailedAt = meter.firstFailedAt ?? askedAt;
    const { answeredAgainAt: _, answeringSince: __, ...rest } = meter;
    return { ...rest, probes, failed: meter.failed + 1, firstFailedAt, problem };
  }
  // A client that connects anew by itself answers late, as another server, and hides that it had lost the first.
  const exchanged = meter.server !== undefined && meter.server !== server && meter.firstFailedAt === undefined;
  const firstFailedAt = exchanged ? askedAt : meter.firstFailedAt;
  return {
    ...meter,
    probes,
    server,
    firstFailedAt,
    lastAnsweredAt: firstFailedAt === undefined ? endedAt : meter.lastAnsweredAt,
    answeredAgainAt: firstFailedAt === undefined ? undefined : (meter.answeredAgainAt ?? endedAt),
    answeringSince: meter.answeringSince ?? endedAt,
  };
}

/** How long nobody could write, as seen by somebody who tried all the time. JSON-safe: instants are ISO texts. */
export interface FailoverOutage {
  /** When the first question was asked that got no answer. */
  readonly from: string;
  /** When the first answer came after which none was missing; absent: it has not come. */
  readonly to?: string | undefined;
  /** From the one to the other, or until now. */
  readonly milliseconds: number;
  /** The last answer before: it began after this. Absent where it had begun before anybody asked: then it lasted longer. */
  readonly lastAnsweredAt?: string | undefined;
  /** How often it was asked: the outage is known to within twice that. */
  readonly probeEveryMilliseconds: number;
  readonly probes: number;
  readonly failedProbes: number;
  /** Nobody asked for a while, since the run was interrupted: it lasted no longer than that. */
  readonly interrupted: boolean;
}

/** The outage so far; `undefined`: every question was answered by the same server. Pure. */
export function outageOf(
  meter: OutageMeter,
  {
    now,
    probeEveryMilliseconds,
    interrupted,
  }: {
    readonly now: Date;
    readonly probeEveryMilliseconds: number;
    readonly interrupted: boolean;
  },
): FailoverOutage | undefined {
  const { firstFailedAt, answeredAgainAt, lastAnsweredAt, probes, failed } = meter;
  if (firstFailedAt === undefined) return undefined;
  return {
    from: firstFailedAt.toISOString(),
    to: answeredAgainAt?.toISOString(),
    milliseconds: Math.max(0, (answeredAgainAt ?? now).getTime() - firstFailedAt.getTime()),
    lastAnsweredAt: lastAnsweredAt?.toISOString(),
    probeEveryMilliseconds,
    probes,
    failedProbes: failed,
    interrupted,
  };
}
