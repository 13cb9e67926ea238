import type { CheckResult } from '../../core/check-result.js';
import type { DrillEvidence, DrillPhase, DrillTeardown } from './drill-evidence.js';

/** What a drill has found before anything is torn down. JSON-safe. */
export interface DrillFindings {
  readonly phases: readonly DrillPhase[];
  readonly checks: readonly CheckResult[];
  /** ISO instant whose data was restored, where the restore tells it better than the plan. */
  readonly restoredTo?: string | undefined;
  /** `DbiResourceId` of the instance that was made. */
  readonly resourceId?: string | undefined;
  /** Its class: not the plan's where RDS had no capacity for that. */
  readonly instanceClass?: string | undefined;
  readonly error?: DrillEvidence['error'];
}

/** What became of it afterwards. */
export interface DrillEnd {
  readonly teardown: DrillTeardown;
  readonly phase: DrillPhase;
  readonly finishedAt: string;
}
