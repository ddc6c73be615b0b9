// What a compiler driver takes a file for: by `-x` where that was given, else by the file's name.

export type Language = 'c' | 'c++' | 'assembler' | 'header' | 'other-language' | 'object';

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map(
  Object.entries({
    c: '.c .i',
    'c++': '.cc .cp .cxx .cpp .CPP .c++ .C .ii .mm .M .mii',
    assembler: '.s .S .sx .asm',
    header: '.h .hh .H .hp .hxx .hpp .h++',
    'other-language': '.m .mi .f .for .F .f90 .F90 .f95 .go .d .di .ads .adb .ada .cu .ll .bc .rs .zig',
  }).flatMap(([language, names]) => names.split(' ').map((name) => [name, language as Language])),
);

function byName(name: string): Language {
  if (name === 'c' || name === 'cpp-output') return 'c';
  if (name === 'c++' || name === 'c++-cpp-output') return 'c++';
  if (name.endsWith('header')) return 'header';
  if (name.startsWith('assembler')) return 'assembler';
  return 'other-language';
}

/** The language of an input. A C++ driver takes C files for C++. */
export function languageOf(path: string, named: string | undefined, driver: 'c' | 'c++'): Language {
  const extension = /\.[^./]+$/.exec(path)?.[0] ?? '';
  const language = named === undefined ? (BY_EXTENSION.get(extension) ?? 'object') : byName(named);
  return named === undefined && driver === 'c++' && language === 'c' ? 'c++' : language;
}
