import { describe, expect, it } from 'vitest';
import { dumpDamages } from '../integrity/dump-damages.js';
import { cacheDamages } from './cache/cache-damages.js';
import { renderDamageCatalogue } from './damage-catalogue.js';
import { sampleDamages, structureDamages, zephyrDamages } from './damages.js';
import { undamaged } from './undamaged.js';

describe('the catalogue of damages', () => {
  it('in docs is that of the tests', async () => {
    await expect(renderDamageCatalogue()).toMatchFileSnapshot('../../docs/damage-catalogue.md');
  });

  it('names each damage and each undamaged database once, and enough of them', () => {
    for (const list of [zephyrDamages, sampleDamages, structureDamages, dumpDamages, cacheDamages, undamaged]) {
      const names = list.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(zephyrDamages.length + structureDamages.length + dumpDamages.length).toBeGreaterThan(40);
    expect(undamaged.length).toBeGreaterThanOrEqual(20);
  });
});
