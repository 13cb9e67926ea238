import { managedBy, type Tags, tagKeys } from '../../core/tags.js';

/** The value of the `zephyr:purpose` tag on everything that a drill makes. */
export const drillPurpose = 'drill';

/** What only drills tag with. */
export const drillTagKeys = {
  /** The run that made it. */
  run: 'zephyr:drill-run',
  /** Who answers for it. */
  owner: 'zephyr:owner',
} as const;

/** What a drill tags with besides what every temporary instance gets. */
export function drillTags(runId: string, owner: string | undefined): Tags {
  return { [drillTagKeys.run]: runId, ...(owner === undefined ? {} : { [drillTagKeys.owner]: owner }) };
}

/** Whether tags say that a drill made it: of this run, if one is named. Nothing else is ever deleted. */
export function madeByDrill(tags: Tags, runId?: string): boolean {
  if (tags[tagKeys.managedBy] !== managedBy || tags[tagKeys.purpose] !== drillPurpose) return false;
  const run = tags[drillTagKeys.run];
  return run !== undefined && (runId === undefined || run === runId);
}

/** The run that a thing with these tags is of, and from when (ISO) it may be removed; `unknown` where they do not say so. */
export function markedBy(tags: Tags): { readonly runId: string; readonly expiresAt: string } {
  const expires = new Date(tags[tagKeys.expiresAt] ?? '');
  const expiresAt = Number.isNaN(expires.getTime()) ? 'unknown' : expires.toISOString();
  return { runId: tags[drillTagKeys.run] ?? '', expiresAt };
}
