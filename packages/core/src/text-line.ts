// Text from outside (compilers, tests, file names) on one safe line: nothing in it can forge a line of ours or move
// the cursor. And lines that together keep to a limit.

/** Marks that turn the order of what is read around. */
const DIRECTION = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** `text` as one line of at most `limit` characters; control characters become spaces or \xNN. */
export function oneLine(text: string, limit = 200): string {
  const flat = text
    .replace(/\p{Cc}\[[0-9;?]*[A-Za-z]/gu, '')
    .replace(DIRECTION, '')
    .replace(/\s+/g, ' ')
    .replace(/\p{Cc}/gu, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .trim();
  return flat.length > limit ? `${flat.slice(0, limit - 1)}…` : flat;
}

/** The same lines, the longest ones cut, so that all of them with their line ends take at most `limit` bytes of UTF-8. */
export function withinBytes(lines: readonly string[], limit: number): string[] {
  const sizes = lines.map((line) => utf8Bytes(line) + 1);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (total <= limit) return [...lines];
  const fair = Math.floor(limit / lines.length);
  const spare = sizes.reduce((sum, size) => sum + Math.max(0, fair - size), 0);
  const long = sizes.filter((size) => size > fair).length;
  const most = fair + Math.floor(spare / long);
  return lines.map((line) => (utf8Bytes(line) + 1 <= most ? line : cut(line, most - 1)));
}

/** At most `limit` bytes of UTF-8, ending with an ellipsis, without half a character. */
function cut(line: string, limit: number): string {
  let bytes = 3;
  let text = '';
  for (const character of line) {
    bytes += utf8Bytes(character);
    if (bytes > limit) break;
    text += character;
  }
  return `${text}…`;
}

/** How many bytes of UTF-8 a text takes. */
function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** `1 unit`, `2 units`. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Seconds with a sensible number of digits: `0.42s`, `12.3s`, `4m10s`. */
export function seconds(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(2)}s`;
  if (ms < 100_000) return `${(ms / 1000).toFixed(1)}s`;
  return `${Math.floor(ms / 60_000)}m${String(Math.round((ms % 60_000) / 1000)).padStart(2, '0')}s`;
}
