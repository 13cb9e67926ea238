import { backUpBeforeDeployment } from './pre-deployment.js';
import { defineZephyr } from './zephyr.js';

/* The deploy script that deploy-script.test.ts tests: it finds AWS, or a local region, by its environment alone. */
const zephyr = defineZephyr(async () => process.env.PGPASSWORD ?? '');
const snapshot = await backUpBeforeDeployment(zephyr, process.argv[2] ?? 'v2.0.0');
console.log(`backed up as ${snapshot}; now deploy`);
