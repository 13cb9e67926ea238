import {
  carryOutRetention,
  decideRetention,
  RetentionPolicy,
  renderRetention,
  renderRetentionOutcome,
  type System,
  zephyrRetention,
} from '@zephyr/backup';

/** Called by a scheduler once a day: expires what the runbook's policy lets go, and says what it did. */
export async function expireBackups(zephyr: System, signal: AbortSignal): Promise<boolean> {
  const decision = await decideRetention(zephyr, new RetentionPolicy(zephyrRetention), {}, { signal });
  console.log(renderRetention(decision));
  const outcome = await carryOutRetention(zephyr, decision, { signal });
  console.log(renderRetentionOutcome(outcome));
  return outcome.verdict === 'completed';
}
