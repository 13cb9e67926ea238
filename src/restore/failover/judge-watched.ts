import { failoversIn } from '../../core/failover-events.js';
import { startOfServer } from './database-probe.js';
import type { FailoverProof, FailoverSight, FailoverStage } from './judge-failover.js';

/** RDS may never say that one is over (facts D3): who answers for so long, and is available, has failed over. */
const answersFor = 120_000;

/** What began so long ago is not under way any more, whatever is said of it. */
const longest = 60 * 60_000;

/**
 * Judges a failover that nobody here has asked for, from what is seen and told since some time. `none`: nothing is under way, and
 * nothing was. Pure.
 */
export function judgeWatched({
  before,
  look,
  meter,
  probed,
  now,
}: FailoverSight):
  | FailoverStage
  | { readonly stage: 'none'; readonly status: string; readonly proof: readonly FailoverProof[] } {
  const episode = failoversIn(look.events).at(-1);
  const moved = before.primary !== undefined && look.primary !== undefined && look.primary !== before.primary;
  const changed = before.server !== undefined && meter.server !== undefined && meter.server !== before.server;
  const proof: readonly FailoverProof[] = [
    ...(moved ? (['primary-moved'] as const) : []),
    ...(changed ? (['server-changed'] as const) : []),
    ...(episode?.completedAt === undefined ? [] : (['completed-event'] as const)),
  ];
  const answeringSince = meter.answeringSince?.getTime();
  if (probed && answeringSince === undefined) {
    return { stage: 'under-way', status: `${look.status}; ${meter.problem ?? 'nobody answers'}`, proof };
  }
  if (!look.ready) return { stage: 'under-way', status: look.status, proof };
  const startedAt = episode?.startedAt?.getTime();
  const open = startedAt !== undefined && episode?.completedAt === undefined && episode?.abandonedAt === undefined;
  if (open && now.getTime() - startedAt < longest) {
    const restarted = Date.parse(startOfServer(meter.server) ?? '') >= startedAt;
    const settled = answeringSince !== undefined && now.getTime() - answeringSince >= answersFor;
    if (!restarted && !settled) return { stage: 'under-way', status: 'AWS has not said that it is over', proof };
  }
  if (moved || open || episode?.completedAt !== undefined) {
    return { stage: 'over', failedOver: true, status: look.status, proof };
  }
  if (episode !== undefined || changed) {
    const status = episode === undefined ? 'the server was restarted where it was' : 'AWS gave a failover up';
    return { stage: 'over', failedOver: false, status, proof };
  }
  return { stage: 'none', status: look.status, proof };
}
