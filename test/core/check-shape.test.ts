import { describe, expect, it } from 'vitest';
import { checkDate, checkObject, checkTexts } from '../../src/core/check-shape.js';

// What JavaScript and JSON hand in where TypeScript would have refused it.
const loose = <Value>(value: unknown): Value => value as Value;

describe('the shape of what is handed in', () => {
  it.each([undefined, null, 'weekly', 7, [], () => ({})])('is refused where %j stands for an object', (value) => {
    expect(() => checkObject(loose(value), 'request')).toThrow(
      expect.objectContaining({
        code: 'invalid-input',
        field: 'request',
        message: expect.stringContaining('is no object'),
      }),
    );
  });

  it.each(['dump', [7], {}, null])('is refused where %j stands for a list of texts', (value) => {
    expect(() => checkTexts(loose(value), 'kinds')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'kinds' }),
    );
  });

  it.each(['2025-11-09', 0, new Date('never'), null, () => 0])('is refused where %s stands for an instant', (value) => {
    expect(() => checkDate(loose(value), 'from')).toThrow(
      expect.objectContaining({ code: 'invalid-input', field: 'from' }),
    );
  });

  it('says what a function stands for, which has no text', () => {
    expect(() =>
      checkTexts(
        loose(() => []),
        'kinds',
      ),
    ).toThrow('kinds is no list of texts: function');
  });

  it('is let through where it is right', () => {
    expect(() => checkObject({}, 'request')).not.toThrow();
    expect(() => checkTexts(undefined, 'kinds')).not.toThrow();
    expect(() => checkTexts(['dump'], 'kinds')).not.toThrow();
    expect(() => checkDate(undefined, 'from')).not.toThrow();
    expect(() => checkDate(new Date(0), 'from')).not.toThrow();
  });
});
