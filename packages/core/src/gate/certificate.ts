// A gate certificate: the holder of the gate's key says that a tree was held against the tree that main was at, and that nothing
// that passed there fails here. A few lines of text, the same bytes for the same certificate, so that a signature covers them.
//
// The base is part of it. A tree that was good once may be put on a later main, which takes back what others have landed since;
// so it counts only where main is at exactly the tree that it was held against.

export interface GateCertificate {
  /** What was gated: the id of a tree, as git has it. */
  readonly tree: string;
  /** The tree of the commit that main was at. */
  readonly base: string;
  /** What was run: equal words, equal tests and commands. Printable, no spaces, at most 200 characters. */
  readonly suite: string;
  /** Where: equal words, equal machines as far as tests can tell. Of the same form. */
  readonly environment: string;
}

/** First line of the text; also what a signature is for, in the form that ssh wants. */
export const CERTIFICATE_SCHEMA = 'swarm.certificate/1';

export function certificateText({ tree, base, suite, environment }: GateCertificate): string {
  return `${CERTIFICATE_SCHEMA}\ntree ${tree}\nbase ${base}\nsuite ${suite}\nenvironment ${environment}\n`;
}

/** The certificate that a text says; undefined for any other text. */
export function readCertificate(text: string): GateCertificate | undefined {
  const [schema, ...lines] = text.split('\n');
  const fields = lines.slice(0, 4).map((line, i) => fieldOf(line, FIELDS[i]!));
  const [tree, base, suite, environment] = fields;
  if (schema !== CERTIFICATE_SCHEMA || lines.length !== 5 || lines[4] !== '') return undefined;
  if (tree === undefined || base === undefined || suite === undefined || environment === undefined)
    return undefined;
  return { tree, base, suite, environment };
}

const FIELDS = [
  { name: 'tree', form: /^([0-9a-f]{40}|[0-9a-f]{64})$/ },
  { name: 'base', form: /^([0-9a-f]{40}|[0-9a-f]{64})$/ },
  { name: 'suite', form: /^[\x21-\x7e]{1,200}$/ },
  { name: 'environment', form: /^[\x21-\x7e]{1,200}$/ },
];

function fieldOf(line: string, { name, form }: (typeof FIELDS)[number]): string | undefined {
  const value = line.startsWith(`${name} `) ? line.slice(name.length + 1) : undefined;
  return value !== undefined && form.test(value) ? value : undefined;
}
