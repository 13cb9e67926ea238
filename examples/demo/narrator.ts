import { formatMilliseconds, type OnProgress } from '@zephyr/backup';

/** Tells what is going on. With `--json` stdout belongs to the one document, so everything else goes to stderr. */
export interface Narrator {
  heading(text: string): void;
  line(text: string): void;
  readonly onProgress: OnProgress;
}

/** Progress that repeats itself is shown at most this often. */
const progressEveryMilliseconds = 500;

export function createNarrator(stream: NodeJS.WriteStream, now: () => number): Narrator {
  let lastPhase = '';
  let lastAt = 0;
  return {
    heading: (text) => stream.write(`\n== ${text}\n`),
    line: (text) => stream.write(`${text.replace(/^/gm, '   ')}\n`),
    onProgress: (event) => {
      const phase = `${event.operation} ${event.phase} ${event.subject}`;
      if (phase === lastPhase && now() - lastAt < progressEveryMilliseconds) return;
      lastPhase = phase;
      lastAt = now();
      const parts = [
        event.percent === undefined ? undefined : `${Math.round(event.percent)} %`,
        event.bytes === undefined ? undefined : `${(event.bytes / 1e6).toFixed(1)} MB`,
        event.status,
        formatMilliseconds(event.elapsedMilliseconds),
      ];
      stream.write(`   . ${event.phase} ${event.subject}: ${parts.filter((part) => part !== undefined).join(', ')}\n`);
    },
  };
}
