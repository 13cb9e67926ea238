import { defineSystem, type System } from '@zephyr/backup';
import { connectAws } from '@zephyr/backup/aws';

/** What is protected: said once, checked once, frozen. Every other example is handed what this returns. */
export function defineZephyr(password: () => Promise<string>): System {
  return defineSystem({
    aws: connectAws({ region: 'us-east-1' }),
    database: {
      instance: 'zephyr-production-db',
      name: 'zephyr',
      credentials: async () => ({ user: 'zephyr_admin', password: await password() }),
    },
    archive: { bucket: 'zephyr-backups' },
    objectives: { recoveryTime: '1h', recoveryPoint: '5m', automatedRetention: '30d' },
  });
}
