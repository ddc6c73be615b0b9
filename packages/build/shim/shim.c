/* Finds out which program it stands for and runs it: as if it weren't there (off), with a record (record), or with a
 * stored object handed out in its place (serve). Exit status and death by signal are the real program's own. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

void list_add(struct list *list, const char *item) {
  if (list->count + 2 > list->room) {
    list->room = list->room * 2 + 16;
    list->items = realloc(list->items, (size_t)list->room * sizeof *list->items);
    if (!list->items) _exit(127);
  }
  list->items[list->count++] = (char *)item;
  list->items[list->count] = NULL;
}

char *joined(const char *a, const char *b, const char *c) {
  size_t x = strlen(a), y = strlen(b), z = strlen(c);
  char *text = malloc(x + y + z + 1);
  if (!text) _exit(127);
  memcpy(text, a, x);
  memcpy(text + x, b, y);
  memcpy(text + x + y, c, z + 1);
  return text;
}

const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

char *read_whole(int fd, size_t *size) {
  size_t room = 16384, length = 0;
  char *text = malloc(room);
  for (;;) {
    if (!text) _exit(127);
    ssize_t got = read(fd, text + length, room - length - 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += (size_t)got;
    if (length + 1 == room) text = realloc(text, room *= 2);
  }
  text[length] = 0;
  if (size) *size = length;
  return text;
}

/* The real program's argv: its path, our flags for it, and what was typed, untouched. */
char **program_argv(const struct tool *tool, char **argv) {
  struct list list = {0};
  list_add(&list, tool->run);
  for (int i = 0; i < tool->flags.count; i++) list_add(&list, tool->flags.items[i]);
  for (char **arg = argv + 1; *arg; arg++) list_add(&list, *arg);
  return list.items;
}

__attribute__((noreturn)) static void execute(const char *program, char **argv) {
  setenv("SWARM_SHIM", "1", 1);
  argv[0] = (char *)program;
  execv(program, argv);
  fprintf(stderr, "%s: %s\n", program, strerror(errno));
  _exit(errno == ENOENT ? 127 : 126);
}

static volatile pid_t child;
/* What came before we knew whom to pass it on to. */
static volatile sig_atomic_t early;

/* ^C reaches the whole foreground group by itself; what was sent to us alone is passed on. */
static void forward(int sig) {
  if (sig != SIGTERM && sig != SIGHUP) return;
  if (child > 0) kill(child, sig);
  else early = sig;
}

int run_program(const char *program, char **argv) {
  static const int watched[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  struct sigaction act, old;
  memset(&act, 0, sizeof act);
  act.sa_handler = forward; /* a handler, not SIG_IGN: exec resets it for the program */
  act.sa_flags = SA_RESTART;
  for (int i = 0; i < 4; i++)
    if (sigaction(watched[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN) sigaction(watched[i], &act, NULL);
  setenv("SWARM_SHIM", "1", 1);
  pid_t pid;
  int status, err = posix_spawn(&pid, program, NULL, NULL, argv, environ);
  if (err != 0) {
    fprintf(stderr, "%s: %s\n", program, strerror(err));
    return W_EXITCODE(err == ENOENT ? 127 : 126, 0);
  }
  child = pid;
  if (early) kill(pid, early);
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return W_EXITCODE(127, 0);
  child = 0;
  return status;
}

__attribute__((noreturn)) static void end_like(int status) {
  if (WIFSIGNALED(status)) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    _exit(128 + WTERMSIG(status));
  }
  _exit(WEXITSTATUS(status));
}

/* Copies standard input to a file and reads from that instead: what the compiler saw can be compiled again. */
int save_stdin(const char *path) {
  char block[65536];
  ssize_t got;
  int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return 0;
  while ((got = read(0, block, sizeof block)) != 0)
    if (got < 0 ? errno != EINTR : write(fd, block, (size_t)got) != got) break;
  lseek(fd, 0, SEEK_SET);
  return dup2(fd, 0) == 0;
}

/* The folder that this program lies in, whatever links led here. */
static char *own_folder(const char *argv0) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  char *found = length > 0 ? (path[length] = 0, joined(path, "", "")) : realpath(argv0, NULL);
  char *slash = found ? strrchr(found, '/') : NULL;
  if (!slash) return NULL;
  *slash = 0;
  return found;
}

/* Without a config (a tree half removed): the next program of that name in PATH that isn't us. */
__attribute__((noreturn)) static void execute_from_path(const char *folder, const char *name, char **argv) {
  char *path = joined(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin", "", "");
  for (char *dir = strtok(path, ":"); dir; dir = strtok(NULL, ":")) {
    char *program = joined(dir, "/", name), *real = realpath(program, NULL);
    if (real && access(real, X_OK) == 0 && !(folder && strncmp(real, folder, strlen(folder)) == 0))
      execute(program, argv);
  }
  fprintf(stderr, "%s: command not found\n", name);
  _exit(127);
}

int main(int argc, char **argv) {
  if (argc < 1) return 127;
  char *folder = own_folder(argv[0]);
  const char *name = base_name(argv[0]), *served = getenv("SWARM_SERVE");
  struct config config;
  struct tool tool, launched;
  if (!folder || !config_read(&config, folder) || !config_find(&config, name, &tool))
    execute_from_path(folder, name, argv);
  if (getenv("SWARM_SHIM")) execute(tool.own, argv);
  if (strcmp(tool.family, "launcher") == 0) {
    if (argc < 2 || !config_find(&config, base_name(argv[1]), &launched)) execute(tool.own, argv);
    tool = launched; /* `ccache gcc ...` is gcc: no cache may answer with the other side's object */
    argv++;
  }
  if (served && *served) {
    config.mode = "serve";
    config.folder = served;
  }
  if (strcmp(config.mode, "serve") == 0) run_served(&config, &tool, argv);
  if (strcmp(config.mode, "record") == 0) end_like(run_recorded(&config, &tool, argv));
  execute(tool.run, program_argv(&tool, argv));
}
