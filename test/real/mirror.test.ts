// The mirrors are read from real files of apt's two formats.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { debianMirrors } from './mirror.mjs';

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true });
});

function etc(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'swarm-etc-'));
  made.push(dir);
  for (const [name, text] of Object.entries({ 'os-release': 'VERSION_CODENAME=bookworm\n', ...files })) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text);
  }
  return dir;
}

describe('debianMirrors', () => {
  test('reads deb822 stanzas with comments, several URIs and a keyring', () => {
    const text = `# comment
Types: deb
# another
URIs: http://one.example/debian http://two.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/a.gpg

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no
`;
    expect(debianMirrors(etc({ 'apt/sources.list.d/debian.sources': text }))).toEqual([
      { uri: 'http://one.example/debian', trust: ['Signed-By: /usr/share/keyrings/a.gpg'] },
      { uri: 'http://two.example/debian', trust: ['Signed-By: /usr/share/keyrings/a.gpg'] },
    ]);
  });

  test('keeps a key that is written into the stanza', () => {
    const key =
      'Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----';
    const text = `Types: deb\nURIs: http://one.example/debian\nSuites: stable\nComponents: main\n${key}\n`;
    const [mirror] = debianMirrors(etc({ 'apt/sources.list.d/a.sources': text }));
    expect(mirror!.trust[0]!.split('\n')).toHaveLength(4);
  });

  test('reads one-line entries, with and without options, each mirror once', () => {
    const text = `# deb http://no.example/debian bookworm main
deb http://one.example/debian bookworm main contrib
deb-src http://one.example/debian bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://two.example/debian sid main # why
`;
    expect(debianMirrors(etc({ 'apt/sources.list': text }))).toEqual([
      { uri: 'http://one.example/debian', trust: [] },
      { uri: 'http://two.example/debian', trust: ['Signed-By: /k.gpg'] },
    ]);
  });

  test('leaves other vendors and the security archive alone', () => {
    const text = `deb http://vendor.example/apt vendor-bookworm main
deb http://node.example/ nodistro main
deb http://one.example/debian-security bookworm-security main
`;
    expect(debianMirrors(etc({ 'apt/sources.list.d/x.list': text }))).toEqual([]);
  });
});
