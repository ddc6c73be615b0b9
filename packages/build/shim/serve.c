/* Serving: a command that has a script in the serve folder runs that instead of the compiler; all else runs the oracle.
 * A script's name is the FNV-1a 64 of cwd and arguments, each followed by NUL, with the tree's root (the serve
 * folder's file `root`) written as one byte 1, and of standard input where the compiler would read it. */
#include "shim.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t hash = 0xcbf29ce484222325u;

static void eat(const char *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
}

static void eat_path(const char *text, const char *root) {
  size_t length = strlen(root);
  for (const char *at; (at = strstr(text, root)); text = at + length) {
    char after = at[length];
    eat(text, (size_t)(at - text));
    if (after == '/' || after == 0) eat("\1", 1);
    else eat(at, length);
  }
  eat(text, strlen(text) + 1);
}

void run_served(const struct config *config, const struct tool *tool, char **argv) {
  struct list args = {0};
  struct facts facts;
  char cwd[PATH_MAX], name[17];
  size_t size;
  int fd = open(joined(config->folder, "/root", ""), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || tool->family[0] != 'c') goto fall_through;
  char *root = read_whole(fd, NULL);
  close(fd);
  expand(&args, argv + 1, 0);
  cc_facts(&facts, &args);
  if (facts.asks || !*root || !getcwd(cwd, sizeof cwd)) goto fall_through;
  eat_path(cwd, root);
  for (int i = 0; i < args.count; i++) eat_path(args.items[i], root);
  if (facts.reads_stdin) {
    FILE *spool = tmpfile();
    char *text = read_whole(0, &size);
    eat(text, size);
    if (spool && fwrite(text, 1, size, spool) == size && fflush(spool) == 0) {
      rewind(spool);
      dup2(fileno(spool), 0);
    }
  }
  snprintf(name, sizeof name, "%016llx", (unsigned long long)hash);
  char *script = joined(config->folder, "/", name);
  if (access(script, R_OK) == 0) {
    setenv("SWARM_SHIM", "1", 1);
    execl("/bin/sh", "sh", script, (char *)NULL);
  }
fall_through:
  setenv("SWARM_SHIM", "1", 1);
  execv(tool->run, program_argv(tool, argv));
  perror(tool->run);
  _exit(127);
}
