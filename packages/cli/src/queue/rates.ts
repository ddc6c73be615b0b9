// What the queue has learned of its changes, kept between its processes: how many of them are bad, and what a probe costs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST_RATES, type QueueRates } from '@swarm/core';
import { writeFileAtomic } from '@swarm/host';

const fileIn = (folder: string): string => join(folder, 'rates.json');

export function readRates(folder: string): QueueRates {
  try {
    const read = JSON.parse(readFileSync(fileIn(folder), 'utf8')) as Partial<QueueRates>;
    const { judged, bad, probeCost } = read;
    if ([judged, bad, probeCost].every((it) => Number.isFinite(it) && it! >= 0)) return read as QueueRates;
  } catch {
    // None yet, or not whole: then it learns anew.
  }
  return FIRST_RATES;
}

export const keepRates = (folder: string, rates: QueueRates): Promise<void> =>
  writeFileAtomic(fileIn(folder), `${JSON.stringify(rates)}\n`, { durable: false });
