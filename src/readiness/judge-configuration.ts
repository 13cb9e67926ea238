import { parseDailyWindow, parseWeeklyWindow, windowsOverlap } from './backup-window.js';
import type { CheckedExpectation } from './expected-configuration.js';
import type { ReadinessFacts } from './readiness-facts.js';
import type { ReadinessCode, ReadinessFinding, ReadinessGrade } from './readiness-report.js';
import { explainStatus } from './status-meaning.js';

/** The state of the instance itself. */
export function judgeStatus({ instance }: ReadinessFacts): ReadinessFinding {
  const { status, identifier } = instance;
  return {
    code: 'instance-status',
    title: `${identifier} is ${status}`,
    evidence: { status },
    ...explainStatus(status),
  };
}

/** The runbook's table of settings against the live instance (facts K37). */
export function judgeConfiguration(facts: ReadinessFacts, expected: CheckedExpectation): readonly ReadinessFinding[] {
  const { instance } = facts;
  const missing = expected.logExports.filter((name) => !instance.logExports.includes(name));
  return [
    judgeBackupWindow(facts, expected),
    judgeMaintenanceWindow(facts, expected),
    asExpected('public-access', instance.publiclyAccessible, expected.publiclyAccessible, {
      says: (on) => (on ? 'it can be reached from the internet' : 'it cannot be reached from the internet'),
      bad: 'critical',
      meaning: 'Only a password and a security group stand between the internet and production data.',
      next: 'Turn public access off.',
    }),
    judgeEncryption(facts, expected),
    asExpected('deletion-protection', instance.deletionProtection, expected.deletionProtection, {
      says: (on) => `deletion protection is ${on ? 'on' : 'off'}`,
      bad: 'warning',
      meaning: 'One call deletes the instance, and by default its automated backups with it.',
      next: 'Turn deletion protection on: it takes effect at once.',
    }),
    asExpected('multi-az', instance.multiAz, expected.multiAz, {
      says: (on) => (on ? 'a standby is in another zone' : 'it is in a single zone'),
      bad: 'warning',
      meaning: 'When the zone fails the database is down until somebody restores it; snapshots pause its I/O.',
      next: 'Turn Multi-AZ on, outside of busy hours.',
    }),
    asExpected('copy-tags', instance.copyTagsToSnapshot, expected.copyTagsToSnapshot, {
      says: (on) => (on ? 'tags are copied to snapshots' : 'tags are not copied to snapshots'),
      bad: 'warning',
      meaning: 'Automated snapshots carry no tags: neither cost nor owner can be told.',
      next: 'Turn CopyTagsToSnapshot on: it takes effect at once.',
    }),
    {
      ...asExpected('enhanced-monitoring', instance.monitoringIntervalSeconds > 0, expected.enhancedMonitoring, {
        says: (on) => `Enhanced Monitoring is ${on ? 'on' : 'off'}`,
        bad: 'warning',
        meaning: 'What the operating system did before a failure will not be known.',
        next: 'Set a monitoring interval of 60 seconds and a monitoring role.',
      }),
      evidence: { intervalSeconds: instance.monitoringIntervalSeconds, expected: expected.enhancedMonitoring },
    },
    {
      code: 'log-exports',
      evidence: { exported: instance.logExports, expected: expected.logExports },
      ...(missing.length === 0
        ? { grade: 'ok', title: 'logs are exported as expected', meaning: 'They outlive the instance.' }
        : {
            grade: 'warning',
            title: `logs are not exported: ${missing.join(', ')}`,
            meaning: 'They go with the instance, and the last good second before an incident is found in them.',
            next: `Export ${missing.join(' and ')} to CloudWatch Logs.`,
          }),
    },
    judgePendingChanges(facts),
  ];
}

function asExpected(
  code: ReadinessCode,
  actual: boolean,
  wanted: boolean,
  words: {
    readonly says: (on: boolean) => string;
    readonly bad: ReadinessGrade;
    readonly meaning: string;
    readonly next: string;
  },
): ReadinessFinding {
  const found = { code, title: words.says(actual), evidence: { actual, expected: wanted } };
  if (actual === wanted) return { ...found, grade: 'ok', meaning: 'It is as expected.' };
  // The warning is about one direction; the other is only a difference from what was said.
  const worse = actual === (code === 'public-access');
  return worse
    ? { ...found, grade: words.bad, meaning: words.meaning, next: words.next }
    : {
        ...found,
        grade: 'warning',
        meaning: 'It is not as expected, though on the safe side.',
        next: 'Correct the expectation, or the setting.',
      };
}

function judgeEncryption({ instance }: ReadinessFacts, expected: CheckedExpectation): ReadinessFinding {
  const { encrypted, kmsKey } = instance;
  const found = asExpected('encryption', encrypted, expected.encrypted, {
    says: (on) =>
      on ? `storage is encrypted with ${kmsKey ?? 'a key RDS does not name'}` : 'storage is not encrypted',
    bad: 'warning',
    meaning: 'Snapshots are as unencrypted as their instance.',
    next: 'Copy a snapshot with a KMS key and restore that: an instance cannot be encrypted in place.',
  });
  const evidence = { encrypted, expected: expected.encrypted, kmsKey, expectedKmsKey: expected.kmsKey };
  if (!encrypted || expected.kmsKey === undefined || expected.kmsKey === kmsKey) return { ...found, evidence };
  return {
    ...found,
    evidence,
    grade: 'warning',
    meaning:
      'It is another key than expected: whoever guards the expected one cannot open these backups, and others can.',
    next: 'Copy a snapshot with the expected key and restore that: the key of an instance cannot be changed in place.',
  };
}

function judgeBackupWindow({ instance }: ReadinessFacts, expected: CheckedExpectation): ReadinessFinding {
  const { backupWindow } = instance;
  const found = { code: 'backup-window', evidence: { backupWindow, expected: expected.backupWindow } } as const;
  if (backupWindow === expected.backupWindow) {
    return { ...found, grade: 'ok', title: `backups are made ${backupWindow} UTC`, meaning: 'It is as expected.' };
  }
  return {
    ...found,
    grade: 'warning',
    title: `backups are made ${backupWindow ?? 'at no known time'} UTC, expected ${expected.backupWindow}`,
    meaning: 'Backups in busy hours slow a Single-AZ instance down, and refuse manual snapshots meanwhile.',
    next: 'Set the backup window; leave 30 minutes at least.',
  };
}

function judgeMaintenanceWindow({ instance }: ReadinessFacts, expected: CheckedExpectation): ReadinessFinding {
  const { backupWindow = '', maintenanceWindow } = instance;
  const daily = parseDailyWindow(backupWindow);
  const weekly = parseWeeklyWindow(maintenanceWindow ?? '');
  const found = {
    code: 'maintenance-window',
    evidence: { backupWindow, maintenanceWindow, expected: expected.maintenanceWindow },
  } as const;
  if (daily !== undefined && weekly !== undefined && windowsOverlap(daily, weekly)) {
    return {
      ...found,
      grade: 'warning',
      title: `maintenance, ${maintenanceWindow}, overlaps with backups, ${backupWindow}`,
      meaning: 'Maintenance may hold the daily backup up.',
      next: 'Move one of the two.',
    };
  }
  const title = `maintenance is ${maintenanceWindow ?? 'at no known time'} UTC`;
  if (maintenanceWindow?.toLowerCase() !== expected.maintenanceWindow.toLowerCase()) {
    return {
      ...found,
      grade: 'warning',
      title: `${title}, expected ${expected.maintenanceWindow}`,
      meaning: 'Restarts and failovers may come at a time when nobody expects them.',
      next: 'Set the maintenance window, or correct the expectation.',
    };
  }
  return { ...found, grade: 'ok', title, meaning: 'It does not overlap with backups; RDS would refuse that.' };
}

function judgePendingChanges({ instance }: ReadinessFacts): ReadinessFinding {
  const names = Object.keys(instance.pendingChanges);
  const unapplied = instance.parameterGroups.filter(({ applyStatus }) => applyStatus === 'pending-reboot');
  const found = {
    code: 'pending-changes',
    evidence: { pending: instance.pendingChanges, parameterGroups: instance.parameterGroups },
  } as const;
  if (names.length === 0 && unapplied.length === 0) {
    return { ...found, grade: 'ok', title: 'no change is pending', meaning: 'The instance is what its settings say.' };
  }
  const what = [...names, ...unapplied.map(({ name }) => `parameters of ${name}, at the next reboot`)];
  return {
    ...found,
    grade: 'warning',
    title: `changes are pending: ${what.join(', ')}`,
    meaning:
      'They take effect in the maintenance window, or with the next change that is applied immediately, a rename among them.',
    next: 'Apply or withdraw them before a promotion has to.',
  };
}
