import { isBackupError } from '../../core/errors.js';
import type { AwsPorts } from '../../ports/aws.js';
import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { PortCall } from '../../ports/port-call.js';
import { connectToDatabase } from '../../system/database-target.js';
import type { System } from '../../system/define-system.js';
import { readReplayPosition } from './replay-position.js';

/** How far behind a replica is, and who says so. JSON-safe. */
export type KnownLag =
  | {
      readonly by: 'server';
      /** ISO instant of the last transaction replayed; absent where none was since its server was started. */
      readonly replayedUntil?: string | undefined;
      /** Whether it has a process that receives: then its source sends, or will be asked again. */
      readonly receiving: boolean;
    }
  /** CloudWatch's `ReplicaLag`, at an ISO instant. Of an idle source it rises up to five minutes by itself (facts E5). */
  | { readonly by: 'metric'; readonly at: string; readonly seconds: number }
  | { readonly by: 'nobody'; readonly reason: string };

/** What is older says nothing about now. */
const recentMilliseconds = 30 * 60_000;

/** Asks the replica's server, or else CloudWatch in its region: nothing in the source's. What cannot be told keeps nobody from planning. */
export async function gatherLag(
  system: System,
  { metrics }: AwsPorts,
  { endpoint, identifier }: DatabaseInstance,
  now: Date,
  call: PortCall,
): Promise<KnownLag> {
  const reasons: string[] = [];
  const attempt = async (look: () => Promise<KnownLag | undefined>): Promise<KnownLag | undefined> => {
    try {
      return await look();
    } catch (error) {
      call.signal?.throwIfAborted();
      if (!isBackupError(error) || error.code === 'credentials-expired') throw error;
      reasons.push(error.message);
      return undefined;
    }
  };
  const byServer = await attempt(async () => endpoint && askServer(system, endpoint, call));
  if (byServer !== undefined) return byServer;
  const byMetric = await attempt(() => readLagMetric(metrics, identifier, now, call));
  if (byMetric !== undefined) return byMetric;
  return {
    by: 'nobody',
    reason: reasons.join('; ') || 'its server has no address, and CloudWatch has not measured it',
  };
}

async function askServer(
  system: System,
  endpoint: { readonly address: string; readonly port: number },
  call: PortCall,
): Promise<KnownLag> {
  const session = await connectToDatabase(system, { endpoint }, call);
  try {
    const { replayedUntil, receiving } = await readReplayPosition(session, call);
    return { by: 'server', replayedUntil, receiving };
  } finally {
    await session.close();
  }
}

/** The newest lag that CloudWatch has measured, of the last half-hour. */
export async function readLagMetric(
  metrics: AwsPorts['metrics'],
  identifier: string,
  now: Date,
  call: PortCall,
): Promise<Extract<KnownLag, { readonly by: 'metric' }> | undefined> {
  const query = {
    namespace: 'AWS/RDS',
    metric: 'ReplicaLag',
    dimensions: { DBInstanceIdentifier: identifier },
    statistic: 'Average',
    periodSeconds: 60,
  } as const;
  const time = { since: new Date(now.getTime() - recentMilliseconds), until: now };
  const [series = []] = (await metrics?.read([query], time, call)) ?? [];
  // -1 is no lag: it does not replicate (facts E5).
  const last = series.filter(({ value }) => value >= 0).at(-1);
  return last && { by: 'metric', at: last.at.toISOString(), seconds: last.value };
}

/** ISO instant up to which a replica has its source's data, as far as this tells. */
export function dataTimeBy(lag: KnownLag): string | undefined {
  if (lag.by === 'server') return lag.replayedUntil;
  return lag.by === 'metric' ? new Date(Date.parse(lag.at) - lag.seconds * 1_000).toISOString() : undefined;
}
