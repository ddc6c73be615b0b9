// Reading JSON that others write: a line may be anything, and a field may be missing or of another kind.

export type JsonObject = Readonly<Record<string, unknown>>;

/** The object that a line holds; undefined where it holds none. */
export function objectOf(line: string): JsonObject | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined; // Cut, or no JSON at all.
  }
}

/** What is at a path; undefined where the path leads nowhere. */
export function valueAt(from: unknown, ...path: readonly (string | number)[]): unknown {
  let value = from;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

/** A text that isn't empty. */
export function textAt(from: unknown, ...path: readonly (string | number)[]): string | undefined {
  const value = valueAt(from, ...path);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A number; 0 where there is none. */
export function numberAt(from: unknown, ...path: readonly (string | number)[]): number {
  const value = valueAt(from, ...path);
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

/** A list; empty where there is none. */
export function listAt(from: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const value = valueAt(from, ...path);
  return Array.isArray(value) ? value : [];
}
