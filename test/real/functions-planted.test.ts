// Faults planted in chosen functions of zlib and cmark: alone, and in sets across units and within one. Lua's are in
// lua-planted.test.ts, SQLite's in sqlite-amalgamation.test.ts.

import { describe, expect, test } from 'vitest';
import { needs } from '../kit/needs.ts';
import { foundIn } from './planted.ts';
import { tarballOf } from './tarball.ts';

const zlib = tarballOf('zlib');
const cmark = tarballOf('cmark');

describe.runIf(needs('gcc', 'make') && zlib !== undefined)('zlib with faults in functions', () => {
  test('names three of three units, and two that fail only together', async () => {
    const culprits = await foundIn({
      tarball: zlib!,
      prepare: 'CC=gcc CFLAGS=-O1 AR=gcc-ar RANLIB=: ./configure --static',
      build: 'make -s -j2 CC=gcc minigzip example',
      clean: 'make -s clean',
      test: './example out.gz || exit; for l in 1 6 9; do ./minigzip -$l <zlib.h | cksum; done; ./minigzip <ChangeLog | ./minigzip -d | cksum',
      faults: [
        'trees.c gen_codes constant',
        'deflate.c longest_match swap-branch',
        'inflate.c inflateSetDictionary crash segv',
        'uncompr.c uncompress2 crash set=pair',
        'compress.c compress2 mark set=pair',
      ],
    });
    expect(culprits).toEqual([
      'compress.c:compress2 uncompr.c:uncompress2: crash',
      'deflate.c:longest_match: wrong-output',
      'inflate.c:inflateSetDictionary: crash',
      'trees.c:gen_codes: crash',
    ]);
  });
});

describe.runIf(needs('gcc', 'cmake', 'make') && cmark !== undefined)('cmark with faults in functions', () => {
  test('names two of two units, and two of one unit that fail only together', async () => {
    const culprits = await foundIn({
      tarball: cmark!,
      build:
        'cmake -S . -B build -DCMARK_SHARED=OFF -DCMARK_TESTS=OFF -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DCMAKE_AR=$(command -v gcc-ar) -DCMAKE_RANLIB=/bin/true && cmake --build build -j2',
      clean: 'rm -rf build',
      test: 'for f in html latex; do build/src/cmark -t $f test/spec.txt || exit; done',
      faults: [
        'src/inlines.c handle_close_bracket swap-branch',
        'src/blocks.c is_blank swap-branch',
        'src/html.c S_render_node crash set=pair',
        'src/html.c escape_html mark set=pair',
      ],
      different: '-fstack-protector-all',
    });
    expect(culprits).toEqual([
      'src/blocks.c:is_blank: wrong-output',
      'src/html.c:S_render_node src/html.c:escape_html: crash',
      'src/inlines.c:handle_close_bracket: wrong-output',
    ]);
  });
});
