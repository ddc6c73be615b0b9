/* Starts one program and waits for its end. The child borrows our memory until it is the program (vfork): so nothing is
 * copied for it, and it can say what went wrong by writing it down. Only the child opens files of the caller's: a pipe
 * that nobody reads must block the program, which can be ended, and not us. */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static const char SHELL[] = "/bin/sh";
static const char USUAL_PATH[] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/* Written by the child. */
static struct {
  const char *volatile stage;
  volatile int error;
} failure;

int open_capture(const char *folder, int stream) {
  int wanted = CAPTURED + stream - 1, fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    char name[4096];
    static const char ending[] = "/swarm-run-XXXXXX";
    if (strlen(folder) + sizeof ending > sizeof name) return ENAMETOOLONG;
    strcat(strcpy(name, folder), ending);
    fd = mkostemp(name, O_CLOEXEC);
    if (fd < 0) return errno;
    unlink(name);
  }
  if (fd == wanted) return 0;
  int moved = dup3(fd, wanted, O_CLOEXEC), error = errno;
  close(fd);
  return moved < 0 ? error : 0;
}

static char *value_in(char **env, const char *name) {
  size_t length = strlen(name);
  for (; *env; env++)
    if (strncmp(*env, name, length) == 0 && (*env)[length] == '=') return *env + length + 1;
  return NULL;
}

/* The files that a program's name may mean, one after the other, each with a 0; "" at the end. NULL without memory. */
static char *candidates(const char *name, char **env) {
  size_t length = strlen(name);
  const char *path = value_in(env, "PATH");
  if (!path) path = getenv("PATH");
  if (!path) path = USUAL_PATH;
  if (strchr(name, '/') || length == 0) path = NULL;
  size_t folders = 1;
  for (const char *at = path; at && *at; at++) folders += *at == ':';
  char *list = malloc((path ? strlen(path) : 0) + folders * (length + 3) + 2), *end = list;
  if (!list) return NULL;
  if (!path) end = stpcpy(end, name) + 1;
  while (path) {
    size_t part = strcspn(path, ":");
    end = mempcpy(end, part ? path : ".", part ? part : 1);
    *end++ = '/';
    end = stpcpy(end, name) + 1;
    path = path[part] ? path + part + 1 : NULL;
  }
  *end = 0;
  return list;
}

__attribute__((noreturn)) static void fail(const char *stage) {
  failure.error = errno;
  failure.stage = stage;
  _exit(127);
}

static const char *const NAMES[] = {"stdin", "stdout", "stderr"};

static void take_stream(const struct program *program, int stream) {
  const char *file = program->streams[stream];
  int fd = stream == 0 ? NOTHING : CAPTURED + stream - 1;
  if (*file) fd = open(file, stream == 0 ? O_RDONLY | O_CLOEXEC : O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0 || dup2(fd, stream) < 0) fail(NAMES[stream]);
}

/* Is it a text, as shells judge it: no 0 in its first line? */
static int is_text(const char *file) {
  char head[128];
  int fd = open(file, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? -1 : read(fd, head, sizeof head);
  if (fd >= 0) close(fd);
  if (got < 0) return 0;
  const char *line = memchr(head, '\n', (size_t)got);
  return !memchr(head, 0, line ? (size_t)(line - head) : (size_t)got);
}

/* A script that names no interpreter is one for sh, as execvp has it. */
static void become_script(const struct program *program, char *file) {
  char **argv = program->argv - 1;
  argv[0] = (char *)SHELL;
  argv[1] = file;
  execve(SHELL, argv, program->env);
}

/* In the child: become the program. */
__attribute__((noreturn)) static void become(const struct program *program, char *files) {
  int refused = 0;
  setpgid(0, 0);
  if (chdir(program->cwd) < 0) fail("cwd");
  for (int stream = 0; stream < 3; stream++) take_stream(program, stream);
  for (char *file = files; *file; file += strlen(file) + 1) {
    execve(file, program->argv, program->env);
    if (errno == ENOEXEC && is_text(file)) become_script(program, file);
    if (errno == EACCES) refused = 1;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV) fail("exec");
  }
  errno = refused ? EACCES : ENOENT;
  fail("exec");
}

/* A function of its own, which the child never leaves. */
__attribute__((noinline)) static pid_t start(const struct program *program, char *files) {
  pid_t pid = vfork();
  if (pid == 0) become(program, files);
  return pid;
}

int adopting;

void adopt_orphans(void) {
  adopting = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

int something_left(pid_t group) {
  if (!adopting) return kill(-group, 0) == 0;
  for (;;) {
    pid_t ended = waitpid(-1, NULL, WNOHANG);
    if (ended == 0) return 1;
    if (ended < 0 && errno != EINTR) return 0;
  }
}

void run_program(const struct program *program, struct end *end, const struct listener *listener) {
  memset(end, 0, sizeof *end);
  failure.stage = NULL;
  char *files = candidates(program->argv[0], program->env);
  pid_t pid = files ? start(program, files) : -1;
  if (pid < 0) {
    end->stage = "fork";
    end->error = errno;
    free(files);
    return;
  }
  if (listener->started) listener->started(pid);
  for (pid_t ended; (ended = waitpid(-1, &end->status, __WALL)) != pid;)
    if (ended > 0) listener->other_ended(ended);
  free(files);
  end->stage = failure.stage;
  end->error = failure.error;
  end->leftover = something_left(pid);
}
