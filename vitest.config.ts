import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

const wholly = { lines: 100, branches: 100 };

/** Tests import the public names; they run on the sources. The packed package has its own smoke test. */
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@zephyr\/backup$/, replacement: source('index.ts') },
      { find: /^@zephyr\/backup\/(.+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/**', 'test/package/**'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Half of a test's time is waiting for servers: leaving a core to the parent, as vitest does, makes two cores one.
    maxWorkers: '100%',
    coverage: {
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text-summary'],
      // What decides, and needs no server to be tried, is tried wholly.
      thresholds: {
        'src/core/**': wholly,
        'src/evidence/**': wholly,
        'src/backup/{copy-request,decide-sharing}.ts': wholly,
        'src/retention/**': wholly,
        'src/checks/{compare-*,key-coverage,expect-rows}.ts': wholly,
        'src/checks/cache/{expect-cache,judge-cache,key-tally,cache-fit,check-cache-expectation}.ts': wholly,
        'src/restore/plan/{estimate-recovery,known-or-reason,render-*,seal-plan,typical-durations}.ts': wholly,
        'src/restore/instance/{candidate-*,complete-profile,configuration-*,decide-*,point-in-time-*,temporary-candidate}.ts':
          wholly,
        'src/restore/instance/{check-snapshot-restorable,choose-snapshot,engine-support,instance-status,restore-window,snapshot-restore-request}.ts':
          wholly,
        'src/restore/instance-class/**': wholly,
        'src/restore/execution/restore-outcome.ts': wholly,
        'src/restore/dump/{archive-name,choose-tables,database-mark,decide-*,dump-restore-request,select-entries}.ts':
          wholly,
        'src/restore/promotion/{asked-expectation,decide-*,next-rename-action,promotion-steps,rename-warnings,rollback-request,with-writers-stopped}.ts':
          wholly,
        'src/restore/replica/{decide-*,judge-*,replay-position,replica-profile,replica-request,render-*}.ts': wholly,
        'src/restore/replica/{next-promotion,known-lag,check-promotable,promoted-profile}.ts': wholly,
        'src/restore/replica/replica-promotion-{request,steps,warnings}.ts': wholly,
        'src/restore/failover/{decide-*,failover-report,failover-request,judge-*,outage-meter}.ts': wholly,
        'src/restore/cache/{cache-profile,cache-restore-request,decide-cache-restore-plan}.ts': wholly,
        'src/local/rds/{instance-classes,orderable}.ts': wholly,
        'src/integrity/{dump-check-report,dump-subset}.ts': wholly,
        'src/integrity/drill/{check-room,drill-decision,drill-kind,drill-log,drill-phases,drill-prices,drill-statistics,drill-tags}.ts':
          wholly,
        'src/integrity/drill/{judge-drill,not-checked,random-instant,choose-snapshot}.ts': wholly,
        'src/local/cloudwatch/{metric-store,metric-points}.ts': wholly,
        'src/local/elasticache/node-memory.ts': wholly,
        'src/local/rds/postgres-parameters.ts': wholly,
        'src/local/redis-plane/cluster-nodes-file.ts': wholly,
        'src/readiness/{decide-*,judge-*}.ts': wholly,
        'src/readiness/usage/{decide-*,render-*,usage-tally,storage-prices}.ts': wholly,
        'src/readiness/diagnosis/{backup-missing,restore-stuck,logs-behind,measured-causes,unreachable}.ts': wholly,
      },
    },
  },
});
