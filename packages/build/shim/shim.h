/* What the parts of the shim share. The shim is one static program under many names (cc, gcc, ar, ld, ...): it runs
 * the real program that its config names for that name, and, while a build is being captured, publishes one record
 * per invocation. Everything it allocates lives until it exits. */
#ifndef SWARM_SHIM_H
#define SWARM_SHIM_H

#define _GNU_SOURCE
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

extern char **environ;

/* A list of strings, grown as needed; `items` always ends with NULL. */
struct list {
  char **items;
  int count, room;
};

void list_add(struct list *list, const char *item);
char *joined(const char *a, const char *b, const char *c);
const char *base_name(const char *path);
char *read_whole(int fd, size_t *size);

/* config.c: one line of the config: what a name stands for. */
struct tool {
  const char *name, *family;
  const char *run; /* the program that runs in its place: the oracle for C compilers */
  const char *own; /* the program of that name without us: what the oracle itself gets when it asks for the name */
  struct list flags; /* put right after the program's name */
};

struct config {
  const char *mode; /* off, record or serve */
  const char *folder; /* where records go, or where served scripts are */
  int64_t since; /* sources changed at or after this time (ns since 1970) may vanish again: keep them */
  char *text;
  size_t size, tools;
};

int config_read(struct config *config, const char *folder);
int config_find(const struct config *config, const char *name, struct tool *tool);

/* argv.c: response files, and the few facts that the shim itself needs. */
void expand(struct list *out, char **argv, int depth);

struct facts {
  int compile; /* -c */
  int asks; /* makes no object: -E, -S, -M, --version, no input at all */
  int reads_stdin;
  const char *output; /* -o, or NULL */
  struct list inputs;
};

void cc_facts(struct facts *facts, const struct list *args);
char *object_name(const char *source);

/* record.c returns the program's wait status; serve.c becomes the program. */
int run_recorded(const struct config *config, const struct tool *tool, char **argv);
__attribute__((noreturn)) void run_served(const struct config *config, const struct tool *tool, char **argv);

/* shim.c */
char **program_argv(const struct tool *tool, char **argv);
int run_program(const char *program, char **argv);
int save_stdin(const char *path);

#endif
