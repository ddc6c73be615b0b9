import { expect, test } from 'vitest';
import { wordsAfterDashes } from '../src/terminal/typed-words.js';

test('words for another program stay in their order, and are there as often as they were typed', () => {
  const typed = ['-n', '1', '--', 'tool', 'x', '1', 'x', '--', '-n'];
  expect(wordsAfterDashes(typed, ['1', 'tool', 'x'])).toEqual(['tool', 'x', '1', 'x', '--', '-n']);
  expect(wordsAfterDashes(['a', 'b'], ['a', 'b'])).toEqual(['a', 'b']);
});
