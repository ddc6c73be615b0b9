// A real browser without a window, for pages that swarm writes.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { start } from './swarm.ts';

/** Nothing that a browser does by itself: no first run, no updates, no sync; a profile that is thrown away. */
const QUIET =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync --hide-scrollbars';

async function chromium(args: readonly string[], file: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'swarm-browser-'));
  try {
    const argv = ['chromium', ...QUIET.split(' '), `--user-data-dir=${profile}`, ...args, `file://${file}`];
    const ended = await start(argv, { timeoutMs: 30_000 }).ended;
    if (ended.code !== 0) throw new Error(`chromium: exit ${ended.code ?? ended.signal}\n${ended.stderr}`);
    return ended.stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The page as the browser has it once it is loaded. */
export const domOf = (file: string): Promise<string> => chromium(['--dump-dom'], file);

/** Width and height of the picture of a page, and its bytes. */
export async function pictureOf(file: string, picture: string, size = '1100,900') {
  await chromium([`--window-size=${size}`, `--screenshot=${picture}`], file);
  const bytes = readFileSync(picture);
  return { bytes, width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** How many sheets of paper a page takes. */
export async function sheetsOf(file: string, pdf: string): Promise<number> {
  await chromium(['--no-pdf-header-footer', `--print-to-pdf=${pdf}`], file);
  return [...readFileSync(pdf, 'latin1').matchAll(/\/Type \/Page\b/g)].length;
}
