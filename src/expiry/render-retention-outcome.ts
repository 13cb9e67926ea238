import { expireText } from '../retention/render-retention.js';
import type { ExpiredBackup, Fate, RetentionOutcome, SpareReason } from './retention-outcome.js';

/**
 * What carrying out a decision came to, as text for people: what failed and what stays first, then what is gone.
 *
 * @example
 * ```ts
 * process.stdout.write(renderRetentionOutcome(await carryOutRetention(zephyr, decision)));
 * ```
 */
export function renderRetentionOutcome(outcome: RetentionOutcome): string {
  const { verdict, decidedFor, expired, kept, deletedBytes, evidence } = outcome;
  const of = (...kinds: readonly Fate['kind'][]): readonly ExpiredBackup[] =>
    expired.filter(({ fate }) => kinds.includes(fate.kind));
  const hidden = expired.filter(({ fate }) => fate.kind === 'deleted' && fate.keptAsVersion === true);
  return [
    `Retention decided for ${decidedFor}: ${verdict}, ${of('deleted').length} deleted (${deletedBytes} bytes), ${kept} kept`,
    ...(verdict === 'refused' ? ['! the fuse refused the decision: nothing was deleted'] : []),
    ...(hidden.length === 0
      ? []
      : [
          `! the bucket keeps versions: ${hidden.length} of them are hidden and still billed until a lifecycle rule removes noncurrent versions`,
        ]),
    ...section('Failed', of('failed', 'begun')),
    ...section('Spared', of('spared')),
    ...section('Gone already', of('already-gone')),
    ...section('Deleted', of('deleted')),
    ...(evidence === undefined ? [] : [`Evidence: ${evidence}`]),
    '',
  ].join('\n');
}

function section(heading: string, backups: readonly ExpiredBackup[]): readonly string[] {
  if (backups.length === 0) return [];
  return [`${heading}:`, ...backups.map((backup) => `  ${line(backup)}`)];
}

function line({ createdAt, kind, id, reasons, fate }: ExpiredBackup): string {
  const backup = `${createdAt?.toISOString() ?? 'unknown'}  ${kind}  ${id}`;
  switch (fate.kind) {
    case 'failed':
      return `${backup}: ${fate.code}: ${fate.message}`;
    case 'begun':
      return `${backup}: begun, and not seen to its end`;
    case 'spared':
      return `${backup}: ${spareText(fate.because)}`;
    default:
      return `${backup}: ${reasons.map(expireText).join('; ')}`;
  }
}

function spareText(reason: SpareReason): string {
  switch (reason) {
    case 'changed':
      return 'it is not what was decided upon any more';
    case 'on-hold':
      return 'on hold since';
    case 'last-good-gone':
      return 'the good backup that was to be kept of its source is gone';
  }
}
