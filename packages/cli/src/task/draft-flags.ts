// Flags that describe a task.

import { Flags } from '@oclif/core';

export const draftFlags = {
  id: Flags.string({ summary: 'Lower-case letters, digits and hyphens.', helpValue: 'ID' }),
  body: Flags.string({ summary: 'Markdown: what fails, where, how to look at it.', helpValue: 'TEXT' }),
  'body-file': Flags.string({
    summary: 'The same from a file; - for standard input.',
    helpValue: 'FILE',
    exclusive: ['body'],
  }),
  verify: Flags.string({ summary: 'The command that exits with 0 when it is done.', helpValue: 'COMMAND' }),
  reproduce: Flags.string({ summary: 'The command that shows the failure.', helpValue: 'COMMAND' }),
  kind: Flags.string({ summary: 'A word for filters; default task.', helpValue: 'WORD' }),
  priority: Flags.integer({ summary: 'Higher is offered first; default 0.', helpValue: 'N' }),
  label: Flags.string({ summary: 'A label.', helpValue: 'WORD', multiple: true, multipleNonGreedy: true }),
  needs: Flags.string({
    summary: 'A task to be done first.',
    helpValue: 'ID',
    multiple: true,
    multipleNonGreedy: true,
  }),
  touches: Flags.string({
    summary: 'A path that it will likely change.',
    helpValue: 'PATH',
    multiple: true,
    multipleNonGreedy: true,
  }),
  member: Flags.string({
    summary: 'A unit that it is about.',
    helpValue: 'UNIT',
    multiple: true,
    multipleNonGreedy: true,
  }),
  fingerprint: Flags.string({
    summary: 'Equal for equal work: the second such task is not offered.',
    helpValue: 'TEXT',
  }),
  attach: Flags.string({
    summary: 'A file to keep with it.',
    helpValue: 'FILE',
    multiple: true,
    multipleNonGreedy: true,
  }),
};
