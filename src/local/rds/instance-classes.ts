/** A family of instance classes, as this region has it. It was put together from documentation: no account was watched. */
export interface ClassFamily {
  readonly sizes: readonly string[];
  /** Major versions of PostgreSQL that it is offered for: from, and to where that has ended. */
  readonly from: number;
  readonly to?: number | undefined;
  /** The last letters of the zones that have it. Default all three. */
  readonly zones?: string | undefined;
  /** Whether it is one of the older ones, which know magnetic storage. */
  readonly magnetic?: true | undefined;
  /** Whether it is on hardware that io2 needs. */
  readonly nitro: boolean;
}

const burstable = ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'] as const;
const large = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge'] as const;
const intel = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge', '12xlarge', '16xlarge', '24xlarge'] as const;
const older = ['large', 'xlarge', '2xlarge', '4xlarge', '10xlarge', '16xlarge'] as const;

const families: Readonly<Record<string, ClassFamily>> = {
  t2: { sizes: burstable, from: 9, to: 12, magnetic: true, nitro: false },
  t3: { sizes: burstable, from: 9, magnetic: true, nitro: true },
  t4g: { sizes: burstable, from: 12, nitro: true },
  m4: { sizes: older, from: 9, to: 12, magnetic: true, nitro: false },
  m5: { sizes: intel, from: 9, magnetic: true, nitro: true },
  m6g: { sizes: large, from: 12, nitro: true },
  m6i: { sizes: intel, from: 13, nitro: true },
  m7g: { sizes: large, from: 13, nitro: true },
  // New ones are not everywhere.
  m7i: { sizes: intel, from: 13, zones: 'ab', nitro: true },
  r4: { sizes: older, from: 9, to: 12, magnetic: true, nitro: false },
  r5: { sizes: intel, from: 9, magnetic: true, nitro: true },
  r6g: { sizes: large, from: 12, nitro: true },
  r6i: { sizes: intel, from: 13, nitro: true },
  r7g: { sizes: large, from: 13, nitro: true },
  x2g: { sizes: large, from: 12, zones: 'a', nitro: true },
};

/** Every class for a major version. */
export function classesFor(major: number): readonly string[] {
  return Object.entries(families)
    .filter(([, { from, to = Number.POSITIVE_INFINITY }]) => major >= from && major <= to)
    .flatMap(([name, { sizes }]) => sizes.map((size) => `db.${name}.${size}`));
}

/** The family that a class is of; `undefined` for what is no class here, for any version. */
export function familyOf(instanceClass: string): ClassFamily | undefined {
  const [, name = '', size = ''] = /^db\.(\w+)\.(\w+)$/.exec(instanceClass) ?? [];
  const family = Object.hasOwn(families, name) ? families[name] : undefined;
  return family?.sizes.includes(size) === true ? family : undefined;
}

/** What storage a class can have. The smallest have none with provisioned IOPS. */
export function storageTypesOf(instanceClass: string, { magnetic, nitro }: ClassFamily): readonly string[] {
  const provisioned = instanceClass.endsWith('.micro') ? [] : ['io1', ...(nitro ? ['io2'] : [])];
  return [...(magnetic === true ? ['standard'] : []), 'gp2', 'gp3', ...provisioned];
}
