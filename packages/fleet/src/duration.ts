// A length of time as people write it: `90s`, `30m`, `2h`, `1d`.

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** In milliseconds, more than 0; undefined where it is none. */
export function readDuration(word: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([smhd])$/.exec(word) ?? [];
  return number === undefined || Number(number) === 0 ? undefined : Number(number) * UNITS[unit!]!;
}
