// Compilations by which a configure step asks questions: never part of what is built.

const PROBE = new RegExp(
  [
    '(^|/)conftest[^/]*$',
    '(^|/)confdefs\\.h$',
    '/CMakeFiles/CMakeTmp(/|$)',
    '/CMakeFiles/CMakeScratch(/|$)',
    '/CMakeFiles/[^/]*/CompilerId(C|CXX|ASM)?(/|$)',
    '/CMakeFiles/[^/]*LTOTest[^/]*(/|$)',
    '/TryCompile-[^/]*(/|$)',
    '/meson-private(/|$)',
    '/config\\.tests(/|$)',
  ].join('|'),
);

/** Whether a path belongs to a configure probe. */
export const isConfigureProbe = (path: string): boolean => PROBE.test(path);
