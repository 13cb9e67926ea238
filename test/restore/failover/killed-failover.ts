// Run as a process of its own, and killed: executes a failover in the local region whose place it is told.
import { readFileSync } from 'node:fs';
import { connectAws } from '../../../src/aws/index.js';
import { createFileJournal } from '../../../src/restore/execution/file-journal.js';
import { RestorePlanner } from '../../../src/restore/restore-planner.js';
import { defineSystem } from '../../../src/system/define-system.js';

const [endpoint = '', accessKeyId = '', secretAccessKey = '', ca = '', directory = ''] = process.argv.slice(2);
const system = defineSystem({
  aws: connectAws({ region: 'us-east-1', endpoint, credentials: { accessKeyId, secretAccessKey } }),
  database: {
    instance: 'zephyr-production-db',
    name: 'zephyr',
    credentials: { user: 'zephyr_admin', password: 'only-for-rehearsals' },
    tls: { mode: 'verify-full', ca: Buffer.from(ca, 'base64').toString() },
  },
  polling: { shortest: '50ms', longest: '200ms' },
});
const plan = JSON.parse(readFileSync(`${directory}/plan.json`, 'utf8'));
await new RestorePlanner(system).execute(plan, {
  approve: plan.hash,
  journal: createFileJournal(`${directory}/failover.journal`),
});
