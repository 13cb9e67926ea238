import type { DrillCost } from './drill-evidence.js';

/** What things cost, for an estimate: for one in one hour. What is not in it has no price, and the sum then is unknown. */
export interface DrillPrices {
  readonly currency: string;
  /** By class, such as `db.t3.large`, or type of node, such as `cache.t3.micro`. */
  readonly perHour: Readonly<Record<string, number>>;
  /** Storage of an instance, for one GiB. */
  readonly storagePerGiBHour: number;
}

/**
 * On-demand prices of PostgreSQL and Redis in us-east-1, single zone, gp3, as they were published in 2025: good enough to tell a
 * coffee from a holiday. Your region and your discounts differ; hand in a table of your own.
 */
export function defaultDrillPrices(): DrillPrices {
  return {
    currency: 'USD',
    perHour: {
      'db.t3.micro': 0.018,
      'db.t3.small': 0.036,
      'db.t3.medium': 0.072,
      'db.t3.large': 0.145,
      'db.t3.xlarge': 0.29,
      'db.t4g.micro': 0.016,
      'db.t4g.small': 0.032,
      'db.t4g.medium': 0.065,
      'db.t4g.large': 0.129,
      'db.m5.large': 0.178,
      'db.m5.xlarge': 0.356,
      'db.m6g.large': 0.159,
      'db.r5.large': 0.25,
      'db.r6g.large': 0.225,
      'cache.t3.micro': 0.017,
      'cache.t3.small': 0.034,
      'cache.t3.medium': 0.068,
      'cache.t4g.micro': 0.016,
      'cache.m5.large': 0.156,
      'cache.r6g.large': 0.206,
    },
    storagePerGiBHour: 0.115 / 730,
  };
}

/** What was rented for the drill, and for how long. */
export interface DrillUse {
  /** Class or type; absent where nothing was rented for it. */
  readonly size?: string | undefined;
  readonly count?: number | undefined;
  readonly storageGiB?: number | undefined;
  readonly milliseconds: number;
}

/** An estimate of what a drill cost: hours of the class and of its storage. Requests, logs and traffic are not in it. */
export function estimateDrillCost(use: DrillUse | undefined, prices: DrillPrices): DrillCost {
  const { currency } = prices;
  if (use === undefined) return { currency, amount: 0, items: [] };
  const hours = use.milliseconds / 3_600_000;
  const { size, count = 1, storageGiB } = use;
  const items: DrillCost['items'] = [
    ...(size === undefined ? [] : [{ what: size, hours, quantity: count, pricePerHour: prices.perHour[size] }]),
    ...(storageGiB === undefined
      ? []
      : [{ what: 'storage', hours, quantity: storageGiB, pricePerHour: prices.storagePerGiBHour }]),
  ];
  const amounts = items.map(({ quantity, pricePerHour }) => hours * quantity * (pricePerHour ?? Number.NaN));
  const amount = amounts.reduce((sum, one) => sum + one, 0);
  return { currency, items, ...(Number.isNaN(amount) ? {} : { amount: Math.round(amount * 10_000) / 10_000 }) };
}
