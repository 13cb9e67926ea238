import type { DatabaseSnapshot } from '../core/backups.js';
import { tagKeys } from '../core/tags.js';

/** A snapshot as a few lines of Markdown for deployment notes: what to restore from if this deployment goes wrong. */
export function renderSnapshotNote(snapshot: DatabaseSnapshot): string {
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
