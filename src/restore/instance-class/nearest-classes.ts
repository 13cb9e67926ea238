interface ClassParts {
  /** Such as `m6g`. */
  readonly family: string;
  /** What it is made for: `m`, `r`, `t`, `x` ... */
  readonly kind: string;
  /** Steps of doubling from `large`. */
  readonly size: number;
}

const smallSizes: Readonly<Record<string, number>> = {
  nano: -4,
  micro: -3,
  small: -2,
  medium: -1,
  large: 0,
  xlarge: 1,
};

/**
 * Classes by how near they come to one: the same size of another family and the next sizes of its own first. A larger one is nearer than
 * a smaller one, whose memory may not hold the parameters (facts B6).
 */
export function nearestClasses(to: string, classes: readonly string[], most = 5): readonly string[] {
  const wanted = partsOf(to);
  return [...new Set(classes)]
    .map((name) => ({ name, distance: distanceOf(wanted, partsOf(name)) }))
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

function distanceOf(wanted: ClassParts, { family, kind, size }: ClassParts): number {
  const steps = size - wanted.size;
  const otherFamily = kind === wanted.kind ? 1 : 3;
  return (family === wanted.family ? 0 : otherFamily) + (steps >= 0 ? 2 * steps : -3 * steps);
}

function partsOf(name: string): ClassParts {
  const [, family = '', size = ''] = name.split('.');
  return { family, kind: family.replace(/\d.*$/, ''), size: sizeOf(size) };
}

/** What has another name, such as `metal`, is as large as it gets. */
function sizeOf(size: string): number {
  const times = Number(/^(\d+)xlarge$/.exec(size)?.[1] ?? 0);
  return times > 0 ? 1 + Math.log2(times) : (smallSizes[size] ?? 8);
}
