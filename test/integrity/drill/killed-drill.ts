// Run as a process of its own, and killed: a drill in the local region whose place it is told.
import { connectAws } from '../../../src/aws/index.js';
import { IntegrityChecker } from '../../../src/integrity/integrity-checker.js';
import { defineSystem } from '../../../src/system/define-system.js';

const [endpoint = '', accessKeyId = '', secretAccessKey = '', ca = ''] = process.argv.slice(2);
const system = defineSystem({
  aws: connectAws({ region: 'us-east-1', endpoint, credentials: { accessKeyId, secretAccessKey } }),
  database: {
    instance: 'zephyr-production-db',
    name: 'zephyr',
    credentials: { user: 'zephyr_admin', password: 'only-for-rehearsals' },
    tls: { mode: 'verify-full', ca: Buffer.from(ca, 'base64').toString() },
  },
  archive: { bucket: 'zephyr-backups', prefix: 'zephyr' },
  polling: { shortest: '50ms', longest: '200ms' },
});
await new IntegrityChecker(system).drill(
  {
    source: { kind: 'point-in-time', time: 'latest' },
    quarantine: { vpcSecurityGroups: ['sg-0123456789abcdef0'] },
    runId: 'killed',
    timeToLive: '1s',
  },
  { onProgress: ({ phase }) => process.stdout.write(`${phase}\n`) },
);
