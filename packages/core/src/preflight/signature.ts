// Which failures look alike? What a failure says, without what differs from case to case: numbers, addresses, names in quotes, paths. Failures of
// one signature have one cause as a rule; a failure that says nothing but that it failed has none, and stands for itself.

/** Something that fails, and what it says of it. */
export interface Failure {
  readonly id: string;
  readonly says: string;
}

export interface Cluster {
  /** Undefined for a failure that says nothing. */
  readonly signature: string | undefined;
  readonly members: readonly string[];
}

/** Words that any failure may say. */
const EMPTY_WORDS =
  /\b(?:exit status|ended by|sig[a-z]+|still running after|failed|fails|failure|error|assertion|expected|actual|got|line|differs?|wrong|output|test|at|of|in|was|not|but|is|the|a|to|s|ms|N|P|Q)\b/gi;
/** Fewer letters than this, and it could be anything. */
const LEAST_LETTERS = 8;
const LONGEST = 120;

/** Undefined where the text says nothing that tells one failure from another. */
export function signatureOf(says: string): string | undefined {
  const plain = says
    .slice(0, 2000)
    .replace(/^\s*exit status \d+:?/, '')
    .replace(/(["'`‘“])(?:(?!["'`’”]).)*["'`’”]/g, 'Q')
    .replace(/(?:[\w.@+-]*\/)+[\w.@+-]*/g, 'P')
    .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]*\d[0-9a-f]*\b/gi, 'N')
    .replace(/\s+/g, ' ')
    .trim();
  const letters = plain.replace(EMPTY_WORDS, '').replace(/[^\p{L}]/gu, '');
  return letters.length < LEAST_LETTERS ? undefined : plain.slice(0, LONGEST);
}

/** Failures put together by what they say, the largest cluster first; in the given order where they are equally large. */
export function clustersOf(failures: readonly Failure[]): Cluster[] {
  const bySignature = new Map<string, string[]>();
  const alone: Cluster[] = [];
  for (const { id, says } of failures) {
    const signature = signatureOf(says);
    if (signature === undefined) alone.push({ signature, members: [id] });
    else bySignature.set(signature, [...(bySignature.get(signature) ?? []), id]);
  }
  const clusters = [...bySignature].map(([signature, members]): Cluster => ({ signature, members }));
  return [...clusters, ...alone].sort((a, b) => b.members.length - a.members.length);
}
