import { assessObjectives } from '@zephyr/backup';
import { ensureTools, type LeftOut } from '../../scripts/ensure-tools.js';
import { takeDump, takeSnapshot } from './chapters/back-up.js';
import { loseVotes } from './chapters/lose-votes.js';
import { previewRetention } from './chapters/preview-retention.js';
import { proveDump } from './chapters/prove-dump.js';
import { recover } from './chapters/recover.js';
import { createNarrator, type Narrator } from './narrator.js';
import { startProduction } from './production.js';
import { concludeReport, type DemoReport, renderReport } from './report.js';

/** The library's main job, for real, on this machine: back up, lose votes, recover, prove. */
async function runDemo(narrator: Narrator, missing: readonly LeftOut[], signal: AbortSignal): Promise<DemoReport> {
  narrator.heading('Zephyr’s production: a local region with a real PostgreSQL');
  const production = await startProduction(signal);
  try {
    narrator.line(`AWS is at ${production.region.endpoint}`);
    const withoutDump = missing.find(({ tool }) => tool === 'postgres-client');
    const snapshotChecks = await takeSnapshot(production, narrator, signal);
    const dump = withoutDump === undefined ? await takeDump(production, narrator, signal) : undefined;
    const incident = await loseVotes(production, narrator, signal);
    const recovery = await recover(production, incident, narrator, signal);
    const proofChecks = dump === undefined ? [] : await proveDump(production, dump.id, narrator, signal);
    const retentionChecks = await previewRetention(production, narrator, signal);
    const objectives = assessObjectives(
      {
        recoveryTimeMilliseconds: recovery.recoveryTimeMilliseconds,
        recoveryPointMilliseconds: recovery.outcome.recoveryPointMilliseconds,
      },
      production.system.objectives,
    );
    return concludeReport(
      objectives,
      [...snapshotChecks, ...(dump?.checks ?? []), ...recovery.checks, ...proofChecks, ...retentionChecks],
      withoutDump === undefined ? [] : [{ part: withoutDump.consequence, command: withoutDump.command }],
    );
  } finally {
    await production.close();
  }
}

// The SDK's notice about Node 20 would stand in the middle of the story.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const asJson = process.argv.includes('--json');
const narrator = createNarrator(asJson ? process.stderr : process.stdout, () => performance.now());
const stop = new AbortController();
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => stop.abort(new Error(`stopped by ${name}`)));
}
try {
  const need = ['postgres-server', 'postgres-client'] as const;
  const { leftOut } = await ensureTools({ need, log: (line) => narrator.line(line) });
  const report = await runDemo(narrator, leftOut, stop.signal);
  narrator.heading('What was measured and proven');
  if (asJson) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
  else narrator.line(renderReport(report));
  process.exitCode = report.verdict === 'passed' ? 0 : 1;
} catch (error) {
  process.stderr.write(`\n${stop.signal.aborted ? String(stop.signal.reason) : describe(error)}\n`);
  process.exitCode = stop.signal.aborted ? 130 : 1;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error ? `\n${String(error.hint)}` : '';
  return `${error.stack ?? error.message}${hint}`;
}
