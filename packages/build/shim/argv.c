/* Arguments: response files expanded by the rules of GCC's @file, and the few facts that decide what is kept. */
#include "shim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Options whose value is the next argument when nothing is attached to them. */
static const char *const SEPARATE[] = {
  "-o", "-I", "-L", "-D", "-U", "-l", "-x", "-T", "-u", "-z", "-B", "-A", "-e", "-h", "-F", "-G",
  "-MF", "-MT", "-MQ", "-MJ", "-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-iprefix",
  "-iwithprefix", "-iwithprefixbefore", "-isysroot", "-imultilib", "-include-pch", "-Xlinker", "-Xassembler",
  "-Xpreprocessor", "-Xclang", "-mllvm", "-arch", "-target", "-aux-info", "-dumpbase", "-dumpbase-ext",
  "-dumpdir", "-specs", "-wrapper", "--param", "--sysroot", "--output", "--include", "-Ttext", "-Tdata", "-Tbss",
  "-framework", NULL,
};

static int is(const char *a, const char *b) { return strcmp(a, b) == 0; }

static int takes_next(const char *arg) {
  for (int i = 0; SEPARATE[i]; i++)
    if (is(arg, SEPARATE[i])) return 1;
  return 0;
}

/* One argument out of a response file: white space ends it, quotes group, a backslash takes the next character. */
static char *response_word(char **cursor) {
  char *in = *cursor, quote = 0;
  while (*in && strchr(" \t\r\n\v\f", *in)) in++;
  if (!*in) return NULL;
  char *word = malloc(strlen(in) + 1), *out = word;
  if (!word) _exit(127);
  for (; *in; in++) {
    if (*in == '\\' && in[1]) *out++ = *++in;
    else if (quote) {
      if (*in == quote) quote = 0;
      else *out++ = *in;
    } else if (*in == '\'' || *in == '"') quote = *in;
    else if (strchr(" \t\r\n\v\f", *in)) break;
    else *out++ = *in;
  }
  *out = 0;
  *cursor = in;
  return word;
}

void expand(struct list *out, char **argv, int depth) {
  for (; *argv; argv++) {
    struct stat st;
    int fd = (*argv)[0] == '@' && depth < 64 ? open(*argv + 1, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
      list_add(out, *argv);
      if (fd >= 0) close(fd);
      continue;
    }
    struct list words = {0};
    char *text = read_whole(fd, NULL), *word;
    close(fd);
    while (text && (word = response_word(&text))) list_add(&words, word);
    if (words.count) expand(out, words.items, depth + 1);
  }
}

void cc_facts(struct facts *facts, const struct list *args) {
  memset(facts, 0, sizeof *facts);
  for (int i = 0; i < args->count; i++) {
    const char *arg = args->items[i];
    if (is(arg, "-c")) facts->compile = 1;
    else if (is(arg, "-E") || is(arg, "-S") || is(arg, "-M") || is(arg, "-MM") || is(arg, "-fsyntax-only"))
      facts->asks = 1;
    else if ((is(arg, "-o") || is(arg, "--output")) && i + 1 < args->count) facts->output = args->items[++i];
    else if (takes_next(arg)) i++;
    else if (arg[0] == '-' && arg[1] == 'o') facts->output = arg + 2;
    else if (arg[0] != '-' || !arg[1]) {
      if (!arg[1] && arg[0] == '-') facts->reads_stdin = 1;
      list_add(&facts->inputs, arg);
    }
  }
  if (facts->inputs.count == 0) facts->asks = 1;
}

/* Where `-c SOURCE` without -o puts the object. */
char *object_name(const char *source) {
  char *name = joined(base_name(source), "", "");
  char *dot = strrchr(name, '.');
  if (dot) *dot = 0;
  return joined(name, ".o", "");
}
