import type { Parameter } from '@aws-sdk/client-elasticache';
import { invalidParameterValue } from '../control-plane/parameter-fault.js';

/** A parameter as its family has it. */
interface KnownParameter {
  readonly value: string;
  readonly type: 'string' | 'integer';
  readonly allowed: string;
  readonly isFixed?: true;
  readonly needsReboot?: true;
  /** ElastiCache's own: no redis-server knows it. */
  readonly isOfService?: true;
}

const families = ['redis4.0', 'redis5.0', 'redis6.x', 'redis7', 'valkey7', 'valkey8'] as const;

/** The parameters that matter to backups and memory; ElastiCache has some seventy more. */
const known: Readonly<Record<string, KnownParameter>> = {
  activedefrag: { value: 'no', type: 'string', allowed: 'yes,no' },
  appendonly: { value: 'no', type: 'string', allowed: 'yes,no', isFixed: true },
  'close-on-slave-write': { value: 'yes', type: 'string', allowed: 'yes,no', isOfService: true },
  databases: { value: '16', type: 'integer', allowed: '1-1200000', needsReboot: true },
  'lazyfree-lazy-expire': { value: 'no', type: 'string', allowed: 'yes,no' },
  'maxmemory-policy': {
    value: 'volatile-lru',
    type: 'string',
    allowed: 'volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction',
  },
  'maxmemory-samples': { value: '3', type: 'integer', allowed: '1-' },
  'notify-keyspace-events': { value: '', type: 'string', allowed: '' },
  'reserved-memory-percent': { value: '25', type: 'integer', allowed: '0-100', isOfService: true },
  'slowlog-log-slower-than': { value: '10000', type: 'integer', allowed: '0-' },
  'slowlog-max-len': { value: '128', type: 'integer', allowed: '0-' },
  'tcp-keepalive': { value: '300', type: 'integer', allowed: '0-' },
  timeout: { value: '0', type: 'integer', allowed: '0,20-' },
};

/** The family of an engine's version, such as `redis7`. */
export function familyOf(engine: string, version: string): string {
  const [major, minor] = version.split('.');
  if (engine === 'valkey') return `valkey${major}`;
  return Number(major) >= 7 ? `redis${major}` : Number(major) === 6 ? 'redis6.x' : `redis${major}.${minor}`;
}

/** The family of a name. Refuses one that ElastiCache does not have. */
export function checkFamily(family: string): string {
  if (families.some((name) => name === family)) return family;
  throw invalidParameterValue(`CacheParameterGroupFamily ${family} is not a valid parameter group family.`);
}

/** The groups that come with each family, with and without cluster mode: name -> family. */
export function defaultGroups(): ReadonlyMap<string, string> {
  return new Map(families.flatMap((family) => ['', '.cluster.on'].map((mode) => [`default.${family}${mode}`, family])));
}

/** The parameters of a group, by what it sets other than the defaults. */
export function shownParameters(values: ReadonlyMap<string, string>, clusterMode: boolean): readonly Parameter[] {
  const cluster: KnownParameter = {
    value: clusterMode ? 'yes' : 'no',
    type: 'string',
    allowed: 'yes,no',
    needsReboot: true,
  };
  return Object.entries({ ...known, 'cluster-enabled': cluster }).map(([name, parameter]) => ({
    ParameterName: name,
    ParameterValue: values.get(name) ?? parameter.value,
    Description: name,
    Source: values.has(name) ? 'user' : 'system',
    DataType: parameter.type,
    AllowedValues: parameter.allowed,
    IsModifiable: parameter.isFixed !== true,
    MinimumEngineVersion: '4.0.10',
    ChangeType: parameter.needsReboot === true ? 'requires-reboot' : 'immediate',
  }));
}

/** Refuses a value that a parameter cannot have. */
export function checkParameter(name: string, value: string): void {
  const parameter = Object.hasOwn(known, name) ? known[name] : undefined;
  if (parameter === undefined) throw invalidParameterValue(`The parameter ${name} is not a valid parameter.`);
  if (parameter.isFixed === true) throw invalidParameterValue(`The parameter ${name} cannot be modified.`);
  const isNumber = parameter.type === 'integer' && /^\d+$/.test(value);
  const isOneOf =
    parameter.type === 'string' && (parameter.allowed === '' || parameter.allowed.split(',').includes(value));
  if (!isNumber && !isOneOf) {
    throw invalidParameterValue(`The parameter ${name} cannot be set to ${value}: allowed is ${parameter.allowed}.`);
  }
}

/** What a redis-server is configured with, for a group that sets these values. */
export function serverParameters(values: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  const entries = Object.entries(known).filter(([, { isOfService, isFixed }]) => !isOfService && !isFixed);
  return Object.fromEntries(entries.map(([name, { value }]) => [name, values.get(name) ?? value]));
}
