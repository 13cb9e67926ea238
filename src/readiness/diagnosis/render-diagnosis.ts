import type { Diagnosis } from './diagnosis.js';

/**
 * A diagnosis as text for people: the causes with their fixes, what is no cause, and what RDS reported.
 *
 * @example
 * ```ts
 * process.stdout.write(renderDiagnosis(await diagnose(zephyr, { symptom: 'backup-missing' })));
 * ```
 */
export function renderDiagnosis({ symptom, instance, region, at, ...found }: Diagnosis): string {
  return [
    `${symptom} of ${instance} in ${region} at ${at}`,
    '',
    ...found.causes.flatMap(({ likelihood, code, title, fix }) => [
      `${likelihood.padEnd(8)} ${code}: ${title}`,
      `         -> ${fix}`,
    ]),
    ...section(
      'Not the cause:',
      found.ruledOut.map(({ belief, because }) => `${belief}: no, ${because}`),
    ),
    ...section('Could not be looked at:', found.unknown),
    ...section(
      'Events:',
      found.events.map(({ at: when, source, message }) => `${when} ${source}: ${message}`),
    ),
    '',
  ].join('\n');
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}
