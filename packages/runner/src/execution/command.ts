// Commands as people write them in a config, with `{}` for the test: as a program and arguments where no shell is needed, which saves
// one process a test, else as text for sh.

/** Nothing in it means anything to a shell. */
const PLAIN = /^[\w@%+=:,./{} -]+$/;
/** Words that only a shell knows as a command, and assignments before one. */
const SHELL_WORD =
  /^(?:\w+=.*|\.|:|exit|cd|exec|eval|source|export|set|if|for|while|until|case|time|command|builtin|trap|ulimit|umask|wait|test|\[)$/;

type Values = Readonly<Record<string, string>>;

/**
 * What makes the argv of a command from values by these names: `{}`, and what else stands in braces. The first one goes at the end
 * where nothing asks for it.
 */
export function commandTemplate(command: string, names: readonly string[]): (values: Values) => string[] {
  const full = command.includes(`{${names[0]}}`) ? command : `${command} {${names[0]}}`;
  const words = full.trim().split(/ +/);
  if (PLAIN.test(full) && !SHELL_WORD.test(words[0]!)) {
    const parts = words.map((word) => partsOf(word, names));
    return (values) => parts.flatMap((part) => wordsOf(part, values));
  }
  const parts = partsOf(full, names);
  return (values) => ['sh', '-c', filled(parts, values, quoted)];
}

/** Text and names in turn, beginning with text. */
type Parts = readonly string[];

function partsOf(text: string, names: readonly string[]): Parts {
  const parts = [''];
  for (const [i, part] of text.split(/\{(\w*)\}/).entries())
    if (i % 2 === 1 && names.includes(part)) parts.push(part, '');
    else parts[parts.length - 1] += i % 2 === 1 ? `{${part}}` : part;
  return parts;
}

function filled(parts: Parts, values: Values, as: (value: string, name: string) => string): string {
  let text = parts[0]!;
  for (let i = 1; i < parts.length; i += 2) text += as(values[parts[i]!]!, parts[i]!) + parts[i + 1]!;
  return text;
}

/** The words that one word of a plain command stands for: only options may be several. */
function wordsOf(parts: Parts, values: Values): string[] {
  if (parts.length === 3 && parts[1] === 'options' && parts[0] === '' && parts[2] === '')
    return optionsOf(values.options!);
  return [filled(parts, values, (value) => value)];
}

const optionsOf = (value: string): string[] => value.split(/\s+/).filter((option) => option !== '');

/** One word for a shell; options stay several. */
const quoted = (value: string, name: string): string =>
  name === 'options' ? optionsOf(value).map(quotedWord).join(' ') : quotedWord(value);

const quotedWord = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
