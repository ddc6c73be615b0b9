// Commands as people write them in a config, with `{}` for the test: as a program and arguments where no shell is needed, which saves
// one process a test, else as text for sh.

/** Nothing in it means anything to a shell. */
const PLAIN = /^[\w@%+=:,./{} -]+$/;
/** Words that only a shell knows as a command, and assignments before one. */
const SHELL_WORD =
  /^(?:\w+=.*|\.|:|exit|cd|exec|eval|source|export|set|if|for|while|until|case|time|command|builtin|trap|ulimit|umask|wait|test|\[)$/;

/** The argv of a command for these values: `{}`, and what else stands in braces. The first value goes at the end where nothing asks for it. */
export function commandArgv(command: string, values: Readonly<Record<string, string>>): string[] {
  const names = Object.keys(values);
  const full = command.includes(`{${names[0]}}`) ? command : `${command} {${names[0]}}`;
  const words = full.trim().split(/ +/);
  if (PLAIN.test(full) && !SHELL_WORD.test(words[0]!))
    return words.flatMap((word) => {
      const list = names.find((name) => word === `{${name}}` && name === 'options');
      if (list !== undefined) return values[list]!.split(/\s+/).filter((option) => option !== '');
      return [filled(word, values, (value) => value)];
    });
  return ['sh', '-c', filled(full, values, quoted)];
}

function filled(
  text: string,
  values: Readonly<Record<string, string>>,
  as: (value: string, name: string) => string,
): string {
  return text.replace(/\{(\w*)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? as(values[name]!, name) : whole,
  );
}

/** One word for a shell; options stay several. */
const quoted = (value: string, name: string): string =>
  name === 'options'
    ? value
        .split(/\s+/)
        .filter((option) => option !== '')
        .map((option) => quoted(option, ''))
        .join(' ')
    : `'${value.replaceAll("'", "'\\''")}'`;
