import type { DatabaseInstance } from '../../ports/database-instance.js';
import type { MetricPoint } from '../../ports/metrics.js';
import type { LikelyCause } from './diagnosis.js';
import type { DiagnosisFacts } from './diagnosis-facts.js';

const gibibyte = 1_073_741_824;

/** Of its storage: with less an instance is about to stop, if it has not already. */
const full = 0.01;

/** Percent of CPU over five minutes. */
const heavy = 90;

/** What CloudWatch measured at the times of interest: storage that was full, and heavy load (facts K16). */
export function measuredCauses(
  { metrics }: Pick<DiagnosisFacts, 'metrics'>,
  instance: DatabaseInstance,
  isOfInterest: (at: Date) => boolean,
): readonly LikelyCause[] {
  if (metrics === undefined || !metrics.known) return [];
  const { freeStorage, load } = metrics.value;
  const within = (points: readonly MetricPoint[]): readonly MetricPoint[] =>
    points.filter(({ at }) => isOfInterest(at));
  const least = within(freeStorage).reduce<MetricPoint | undefined>(
    (low, point) => (low === undefined || point.value < low.value ? point : low),
    undefined,
  );
  const busy = within(load).filter(({ value }) => value >= heavy);
  return [...storageWasFull(least, instance), ...wasBusy(busy)];
}

function storageWasFull(least: MetricPoint | undefined, instance: DatabaseInstance): readonly LikelyCause[] {
  const { allocatedStorageGiB, status } = instance;
  if (least === undefined || least.value >= full * allocatedStorageGiB * gibibyte || status === 'storage-full')
    return [];
  return [
    {
      code: 'storage-full',
      likelihood: 'likely',
      title: `next to nothing of its ${allocatedStorageGiB} GiB was free at ${least.at.toISOString()}`,
      evidence: { freeStorageBytes: least.value, at: least.at.toISOString(), allocatedStorageGiB },
      fix: 'Give it more storage and a higher maximum for autoscaling: a full instance is neither backed up nor ships logs.',
    },
  ];
}

function wasBusy(busy: readonly MetricPoint[]): readonly LikelyCause[] {
  const [first] = busy;
  if (first === undefined) return [];
  return [
    {
      code: 'busy',
      likelihood: 'possible',
      title: `it was under heavy load: CPU at ${Math.round(Math.max(...busy.map(({ value }) => value)))} %`,
      evidence: { since: first.at.toISOString(), fiveMinutes: busy.length },
      fix: 'Move the load or the backup window; RDS puts backups off under heavy load.',
    },
  ];
}
