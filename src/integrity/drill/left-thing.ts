import type { DrillTarget } from './drill-evidence.js';

/** Something that a drill has made and that is there no more, or still is. */
export interface SweptThing {
  readonly kind: DrillTarget['kind'];
  readonly identifier: string;
  readonly runId: string;
  /** ISO instant; `unknown` where its maker's mark does not say. */
  readonly expiresAt: string;
}

/** Something that bears the mark of a drill, and how to remove it. */
export interface LeftThing extends SweptThing {
  readonly region: string;
  readonly resourceId?: string | undefined;
  /** Looks again, and removes it only where it still is what it was. Gives the reason where it is still there. */
  remove(): Promise<string | undefined>;
}
