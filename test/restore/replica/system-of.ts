import type { AwsPorts } from '../../../src/ports/aws.js';
import type { RdsPort } from '../../../src/ports/rds.js';
import { defineSystem, type System, type SystemOptions } from '../../../src/system/define-system.js';

const refusing = async (): Promise<never> => {
  throw new Error('nothing is called here');
};

/** A region that nothing is asked of but what is given. */
export function regionWith(region: string, rds: Partial<RdsPort> = {}): AwsPorts {
  const store = (): never => {
    throw new Error('no store here');
  };
  return { region, rds: { describeInstance: refusing, ...rds, region } as RdsPort, objectStore: store };
}

/** A system of `prod` in us-east-1 that knows us-west-2. */
export function systemOf(options: Partial<SystemOptions> = {}): System {
  return defineSystem({
    aws: regionWith('us-east-1'),
    otherRegions: [regionWith('us-west-2')],
    database: { instance: 'prod', name: 'zephyr', credentials: { user: 'u', password: 'p' }, tls: { mode: 'off' } },
    ...options,
  });
}
