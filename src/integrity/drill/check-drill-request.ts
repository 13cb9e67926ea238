import { checkObject } from '../../core/check-shape.js';
import { parseDuration } from '../../core/duration.js';
import { invalidInput } from '../../core/errors.js';
import { checkAnySnapshotIdentifier, checkInstanceIdentifier } from '../../core/names.js';
import { checkClassChoice } from '../../restore/instance-class/instance-class-choice.js';
import type { System } from '../../system/define-system.js';
import { regionOf } from '../../system/region-of.js';
import {
  type CacheDrillRequest,
  type DrillQuarantine,
  type DrillRequest,
  type DumpDrillRequest,
  isCache,
  isCopy,
  isDump,
} from './drill-request.js';

/** As long as a run's name that is drawn. */
const eightLetters = '8letters';

/** Of what ElastiCache takes, less what tells a second attempt of a run. */
const longestCacheName = 38;

/** What every checked request has, with its defaults. */
export interface CheckedDrillCommon {
  readonly runId: string | undefined;
  readonly prefix: string;
  readonly owner: string | undefined;
  readonly timeToLiveMilliseconds: number;
}

/** Checks all of a request that can be checked without a call. Errors: `invalid-input` names the field. */
export function checkDrillRequest(system: System, request: DrillRequest): CheckedDrillCommon {
  checkObject(request, 'request');
  const { source, runId, prefix = 'zephyr-drill', owner, timeToLive = '24h', expectation } = request;
  checkSource(source);
  if (isCopy(request)) regionOf(system, request.source.region, 'source.region');
  if (isDump(request)) checkPlace(request.on, 'on');
  else if (isCache(request)) checkCacheDrill(request);
  else checkQuarantine(request.quarantine, isCopy(request));
  if (runId !== undefined && !(/^(?!.*--)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(String(runId)) && runId.length <= 24)) {
    throw invalidInput(
      'runId',
      `cannot be part of a name: ${JSON.stringify(runId)}`,
      'Use 1 to 24 lower-case letters, digits and single hyphens, such as 2025-11.',
    );
  }
  checkInstanceIdentifier(prefix, 'prefix');
  if (prefix.length > 38) throw invalidInput('prefix', 'is too long', 'Use at most 38 characters: the run follows it.');
  if (isCache(request) && `${prefix}-${runId ?? eightLetters}`.length > longestCacheName) {
    throw invalidInput(
      'prefix',
      'is too long: the name of a cache has no more than 40 characters',
      'Shorten it, or the runId that follows it, to 37 together.',
    );
  }
  if (owner !== undefined && !/^[\w .:/=+\-@]{1,256}$/.test(String(owner))) {
    throw invalidInput('owner', 'cannot be the value of a tag', 'Use letters, digits, spaces and _ . : / = + - @');
  }
  if (expectation !== undefined && expectation !== null && !['object', 'function'].includes(typeof expectation)) {
    throw invalidInput('expectation', 'is neither an expectation nor a function', 'Give zephyrExpectation(), say.');
  }
  const credentials: unknown = 'credentials' in request ? request.credentials : undefined;
  if (credentials !== undefined && typeof credentials !== 'function') {
    throw invalidInput('credentials', 'is not a function', 'Give a function that returns user and password.');
  }
  return {
    runId,
    prefix: prefix.toLowerCase(),
    owner,
    timeToLiveMilliseconds: parseDuration(timeToLive, 'timeToLive'),
  };
}

function checkSource(source: DrillRequest['source']): void {
  if (source === 'latest-automated-snapshot' || source === 'newest-unverified') return;
  const kind: unknown = (source as { kind?: unknown } | null | undefined)?.kind;
  if (typeof source !== 'object' || source === null) throw unknownSource(source);
  switch (source.kind) {
    case 'snapshot':
      checkAnySnapshotIdentifier(source.id, 'source.id');
      return;
    case 'point-in-time':
    case 'regional-point-in-time':
      if (source.time !== 'latest' && !(source.time instanceof Date && !Number.isNaN(source.time.getTime()))) {
        throw invalidInput('source.time', 'is not a valid Date', "Use new Date('2025-11-09T14:25:00Z') or 'latest'.");
      }
      return;
    case 'random-point-in-time':
      if (source.seed !== undefined && (typeof source.seed !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(source.seed))) {
        throw invalidInput('source.seed', 'is not usable', 'Give 1 to 64 printable characters, such as 2025-11.');
      }
      return;
    case 'regional-copy':
      if (source.snapshot !== 'latest') checkAnySnapshotIdentifier(source.snapshot, 'source.snapshot');
      return;
    case 'cache-snapshot':
      // The plan of the restore checks its name.
      return;
    case 'dump':
      if (typeof source.dump !== 'string' || source.dump === '' || source.dump.startsWith('/')) {
        throw invalidInput(
          'source.dump',
          'is not a key',
          "Give the dump's key below the archive's prefix, or 'latest'.",
        );
      }
      return;
    default:
      source satisfies never;
      throw unknownSource(kind);
  }
}

function unknownSource(source: unknown): Error {
  return invalidInput(
    'source',
    `is none that a drill knows: ${JSON.stringify(source)}`,
    "Use 'latest-automated-snapshot', 'newest-unverified', or an object whose kind is snapshot, point-in-time, random-point-in-time, regional-copy, regional-point-in-time, dump or cache-snapshot.",
  );
}

function checkCacheDrill({ quarantine, connectCache }: CacheDrillRequest): void {
  const groups: unknown = quarantine?.securityGroups;
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroup)) {
    throw invalidInput(
      'quarantine.securityGroups',
      `is not a list of security groups: ${JSON.stringify(groups)}`,
      "Give at least one, like 'sg-0123456789abcdef0', that lets in nobody but who looks into the cache.",
    );
  }
  if (typeof connectCache !== 'function') {
    throw invalidInput(
      'connectCache',
      'is not a function',
      'Give one that connects a client of yours to the endpoint it is told: connectRedis(client).',
    );
  }
}

function checkQuarantine(quarantine: DrillQuarantine | undefined, elsewhere: boolean): void {
  const groups: unknown = quarantine?.vpcSecurityGroups;
  if (!Array.isArray(groups) || groups.length === 0 || !groups.every(isGroup)) {
    throw invalidInput(
      'quarantine.vpcSecurityGroups',
      `is not a list of security groups: ${JSON.stringify(groups)}`,
      "Give at least one, like 'sg-0123456789abcdef0', that lets in nobody but who checks the data.",
    );
  }
  const { subnetGroup, instanceClass } = quarantine ?? {};
  const classes =
    instanceClass === undefined ? undefined : checkClassChoice(instanceClass, 'quarantine.instanceClass').preferred;
  if (!elsewhere) return;
  const named = { subnetGroup: typeof subnetGroup === 'string', instanceClass: classes?.includes('source') === false };
  for (const [field, isNamed] of Object.entries(named)) {
    if (isNamed) continue;
    throw invalidInput(
      `quarantine.${field}`,
      'is missing',
      'In another region there is no instance to take it from: name one that exists there.',
    );
  }
}

/** `sg-` and whatever an emulator makes of the rest. */
function isGroup(value: unknown): boolean {
  return typeof value === 'string' && /^sg-[0-9A-Za-z-]{1,60}$/.test(value);
}

/** Checks which server is meant. Errors: `invalid-input` names the field. */
export function checkPlace(on: DumpDrillRequest['on'] | undefined, field: string): void {
  const { instance, endpoint } = { instance: undefined, endpoint: undefined, ...on } as {
    readonly instance?: string | undefined;
    readonly endpoint?: { readonly address: string; readonly port: number } | undefined;
  };
  if (instance !== undefined && endpoint === undefined) {
    checkInstanceIdentifier(instance, `${field}.instance`);
    return;
  }
  if (instance !== undefined || typeof endpoint?.address !== 'string' || !Number.isInteger(endpoint.port)) {
    throw invalidInput(
      field,
      'does not say which server is meant',
      "Give { instance: 'zephyr-scratch' } or { endpoint: { address, port } }: one that production does not need.",
    );
  }
}
