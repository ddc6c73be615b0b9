// The kinds of values that a config file holds, each with the words for what is wrong with another value.

import * as v from 'valibot';

export const text = (about: string) =>
  v.pipe(v.string(), v.nonEmpty('must not be empty'), v.description(about));
export const words = (about: string) => v.pipe(v.string(), v.description(about));
export const count = (about: string) =>
  v.pipe(
    v.number(),
    v.integer('must be a whole number'),
    v.minValue(1, 'must be at least 1'),
    v.description(about),
  );
export const flag = (about: string) => v.pipe(v.boolean(), v.description(about));

/** An object that tells every key that it doesn't know; valibot's strict objects tell the first. */
export const exactly = <T extends v.ObjectEntries>(entries: T) => v.objectWithRest(entries, v.never());
