/** Memory of the smallest size of each family, in GiB, and of those above it, as ElastiCache lists them. */
const memory: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  t2: { micro: 0.555, small: 1.55, medium: 3.22 },
  t3: { micro: 0.5, small: 1.37, medium: 3.09 },
  t4g: { micro: 0.5, small: 1.37, medium: 3.09 },
  m: { large: 6.38, xlarge: 12.93, '2xlarge': 26.04, '4xlarge': 52.26, '8xlarge': 103.68, '12xlarge': 157.12 },
  r: { large: 13.07, xlarge: 26.32, '2xlarge': 52.82, '4xlarge': 105.81, '8xlarge': 209.55, '12xlarge': 317.77 },
};

const gibibyte = 1_073_741_824;
/** What ElastiCache leaves to data unless the parameter group says otherwise: `reserved-memory-percent` is 25. */
const shareForData = 0.75;

/** Bytes of data that a node of this type holds; `undefined` for a type that is not known here. */
export function nodeCapacity(type: string | undefined): number | undefined {
  const [, family = '', size = ''] = /^cache\.([a-z]+\d[a-z]*)\.(\w+)$/.exec(type ?? '') ?? [];
  const sizes = memory[family] ?? memory[family.charAt(0)];
  const gibibytes = sizes?.[size];
  return gibibytes === undefined ? undefined : gibibytes * shareForData * gibibyte;
}

/** Bytes of a size as the service writes it, `5 MB`; 0 while there is none (facts F11). */
export function sizeBytes(text: string | undefined): number {
  const [, count = '0', unit = 'MB'] = /^([\d.]+) (KB|MB|GB|TB)$/.exec(text ?? '') ?? [];
  return Number(count) * 1024 ** (['KB', 'MB', 'GB', 'TB'].indexOf(unit) + 1);
}

/** Whether nodes of this type keep a part of their data on disk: only others of the kind can take their snapshots (facts F9). */
export function hasDataTiering(type: string | undefined): boolean {
  return type?.startsWith('cache.r6gd.') === true;
}
