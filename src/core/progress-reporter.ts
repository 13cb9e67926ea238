import type { Clock } from './clock.js';
import type { OnProgress, ProgressEvent } from './progress.js';

/** What a step of an operation has to say. */
export type ProgressNote = Pick<ProgressEvent, 'phase' | 'subject' | 'percent' | 'bytes' | 'status'>;

/** Reports progress of one operation with the time since it began; says nothing where nobody listens. */
export function progressReporter(
  operation: string,
  clock: Clock,
  onProgress: OnProgress | undefined,
): (note: ProgressNote) => void {
  if (onProgress === undefined) return () => undefined;
  const startedAt = clock.now().getTime();
  return (note) => {
    const at = clock.now();
    onProgress({ operation, ...note, at, elapsedMilliseconds: at.getTime() - startedAt });
  };
}
