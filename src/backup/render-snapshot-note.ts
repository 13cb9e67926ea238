import type { DatabaseSnapshot } from '../core/backups.js';
import { tagKeys } from '../core/tags.js';

/**
 * A snapshot as a note for a deployment: what to restore from if it goes wrong. A few lines of Markdown, or the whole record as
 * JSON, its instants as ISO texts.
 *
 * @example
 * ```ts
 * await writeFile('deployment-v2.0.0.md', renderSnapshotNote(snapshot));
 * await writeFile('deployment-v2.0.0.json', renderSnapshotNote(snapshot, 'json'));
 * ```
 */
export function renderSnapshotNote(snapshot: DatabaseSnapshot, format: 'markdown' | 'json' = 'markdown'): string {
  return format === 'json' ? `${JSON.stringify(snapshot, undefined, 2)}\n` : asMarkdown(snapshot);
}

function asMarkdown(snapshot: DatabaseSnapshot): string {
  const instant = (at: Date | undefined): string => at?.toISOString().replace(/\.\d+Z$/, 'Z') ?? 'unknown';
  const { tags, source } = snapshot;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Snapshot', `\`${snapshot.id}\``],
    ['Status', snapshot.statusText],
    ['Instance', `\`${source.instance}\`${source.resourceId === undefined ? '' : ` (${source.resourceId})`}`],
    ['Region', snapshot.region],
    ['Holds data up to', instant(snapshot.dataTime)],
    ['Made at', instant(snapshot.createdAt)],
    ['Engine', `${snapshot.engine} ${snapshot.engineVersion}, ${snapshot.allocatedStorageGiB} GiB`],
    ['Encrypted', snapshot.encrypted ? (snapshot.kmsKey ?? 'yes') : 'no'],
    ['Reason', tags[tagKeys.reason]],
    ['Deployment version', tags[tagKeys.deploymentVersion]],
    ['ARN', `\`${snapshot.arn}\``],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`| ${name} | ${value.replaceAll('|', '\\|')} |`],
  );
  return ['## Database snapshot', '', '| | |', '|---|---|', ...lines, ''].join('\n');
}
