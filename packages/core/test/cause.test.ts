// Causes: what culprits share and passing things lack, and never less than that.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { causesOf, mayHaveCause, type Specimen, soleCausesOf } from '../src/index.js';

const specimen = (id: string, ...features: string[]): Specimen => ({ id, features: new Set(features) });
const many = (count: number, name: string, ...features: string[]): Specimen[] =>
  Array.from({ length: count }, (_, i) => specimen(`${name}${i}`, ...features));

const STRICT = { limit: 0.01, correct: true } as const;

const specimens = (name: string) =>
  fc
    .array(fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 5 }), { maxLength: 12 })
    .map((lists) => lists.map((features, i) => specimen(`${name}${i}`, ...features)));

describe('a cause', () => {
  test('is a feature that all its members have, at least two, and no culprit has two', () => {
    fc.assert(
      fc.property(
        specimens('c'),
        specimens('p'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (culprits, passing, limit) => {
          const causes = causesOf(culprits, passing, { limit, correct: false });
          const members = causes.flatMap((cause) => cause.members);
          expect(new Set(members).size).toBe(members.length);
          for (const cause of causes) {
            expect(cause.members.length).toBeGreaterThan(1);
            expect(cause.chance).toBeLessThanOrEqual(limit);
            for (const feature of cause.features)
              for (const id of cause.members)
                expect(culprits.find((one) => one.id === id)!.features.has(feature)).toBe(true);
            const having = passing.filter(({ features }) => features.has(cause.features[0]!));
            expect(cause.passing).toBe(having.length);
          }
        },
      ),
    );
  });

  test('does not hang on the order of what passes', () => {
    fc.assert(
      fc.property(specimens('c'), specimens('p'), (culprits, passing) => {
        expect(causesOf(culprits, [...passing].reverse(), STRICT)).toEqual(
          causesOf(culprits, passing, STRICT),
        );
      }),
    );
  });

  test('is never found where it was ruled out with some of what passes', () => {
    fc.assert(
      fc.property(
        specimens('c'),
        specimens('p'),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        fc.boolean(),
        (culprits, passing, limit, correct) => {
          const options = { limit, correct };
          const found = causesOf(culprits, passing, options).length > 0;
          for (let known = 0; known <= passing.length; known++)
            if (!mayHaveCause(culprits, passing.slice(0, known), passing.length, options))
              expect(found).toBe(false);
          expect(mayHaveCause(culprits, passing, passing.length, options)).toBe(found);
        },
      ),
    );
  });

  test('is no more telling when more of what passes has it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 9 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (bad, have, lack) => {
          const culprits = many(bad, 'c', 'x');
          const chance = (with_: number) =>
            causesOf(culprits, [...many(with_, 'p', 'x'), ...many(lack, 'q')], {
              limit: 1,
              correct: false,
            })[0]!.chance;
          expect(chance(have + 1)).toBeGreaterThanOrEqual(chance(have) - 1e-12);
        },
      ),
    );
  });

  test('is found for each of two faults, with what a few untested things have in common', () => {
    const culprits = [...many(7, 'a', 'shift', 'load'), ...many(5, 'b', 'product', 'load')];
    const passing = [...many(30, 'p', 'load'), specimen('untested', 'shift')];
    expect(
      causesOf(culprits, passing, STRICT).map(({ features, members, passing: also }) => [
        features,
        members.length,
        also,
      ]),
    ).toEqual([
      [['shift'], 7, 1],
      [['product'], 5, 0],
    ]);
  });

  test('is not made of what two have by chance', () => {
    const noise = Array.from({ length: 40 }, (_, i) => `odd${i}`);
    expect(causesOf(many(2, 'c', ...noise), many(20, 'p', 'plain'), STRICT)).toEqual([]);
    expect(causesOf(many(2, 'c', 'rare'), many(3, 'p'), STRICT)).toEqual([]);
    expect(causesOf([specimen('a', 'x'), specimen('b', 'y')], many(50, 'p'), STRICT)).toEqual([]);
  });
});

describe('a sole cause', () => {
  test('needs no numbers: nothing else differs', () => {
    const culprits = [
      specimen('a', 'shr', 'push'),
      specimen('b', 'shr', 'other', 'push'),
      specimen('c', 'mul', 'push'),
    ];
    expect(soleCausesOf(culprits, [specimen('p', 'push')])).toEqual([
      { feature: 'shr', members: ['a', 'b'], alone: 1 },
    ]);
  });

  test('is not told where a culprit may have either of two', () => {
    const culprits = [specimen('a', 'shr'), specimen('b', 'mul'), specimen('both', 'shr', 'mul')];
    expect(soleCausesOf(culprits, [])).toEqual([]);
  });

  test('is never something that passes', () => {
    fc.assert(
      fc.property(specimens('c'), specimens('p'), (culprits, passing) => {
        for (const { feature, members } of soleCausesOf(culprits, passing)) {
          expect(passing.some(({ features }) => features.has(feature))).toBe(false);
          for (const id of members)
            expect(culprits.find((one) => one.id === id)!.features.has(feature)).toBe(true);
        }
      }),
    );
  });
});
