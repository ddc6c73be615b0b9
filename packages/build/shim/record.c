/* Recording: the program runs as typed, then one record is appended to the folder's file `records` by a single write,
 * which the kernel does not mix with others: making a file of its own for each record would cost as much as all the rest.
 * A record is the sizes of its two parts, as ten digits each and a line feed; then NUL-separated fields:
 *   swarm.record/2, tool, family, program, cwd, start, end (monotonic ns), status (exit code, or -signal),
 *   stdin (a kept file's name or nothing), count, arguments (response files expanded)...,
 *   count, then per file: path, identity before, identity after,
 *   count, then per kept copy: role (object, source, input), path, name in this folder,
 *   count, then per variable: NAME=value of the environment that changes what a compiler does,
 *   count, then per kept copy that is not a file yet: name, size;
 * and then the content of these, one behind the other.
 * An identity is inode:size:mtime-ns, or - when there is no such file. */
#include "shim.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *const VARIABLES[] = {
  "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "LD_RUN_PATH", "COMPILER_PATH", "GCC_EXEC_PREFIX",
  "SOURCE_DATE_EPOCH", "LD_LIBRARY_PATH", NULL,
};

/* Larger objects are copied to a file at once: beside their compilation that costs nothing. */
#define INLINE_BYTES (256 << 10)

static struct part {
  char *text;
  size_t length, room;
} out, content;

/* Room for so many more bytes. */
static char *grown(struct part *part, size_t size) {
  if (part->length + size > part->room) {
    part->text = realloc(part->text, part->room = (part->length + size) * 2 + 8192);
    if (!part->text) _exit(127);
  }
  return part->text + part->length;
}

static void put(const char *field) {
  size_t size = strlen(field) + 1;
  memcpy(grown(&out, size), field, size);
  out.length += size;
}

static const char *number(int64_t value) {
  char text[32];
  snprintf(text, sizeof text, "%lld", (long long)value);
  return joined(text, "", "");
}

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int64_t ns(struct timespec t) { return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec; }

static const char *identity(const char *path) {
  struct stat st;
  char text[80];
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return "-";
  snprintf(text, sizeof text, "%llu:%lld:%lld", (unsigned long long)st.st_ino, (long long)st.st_size,
           (long long)ns(st.st_mtim));
  return joined(text, "", "");
}

/* A copy, never a hard link: tools like strip, cp and tcc rewrite a file in place. */
static int copy(const char *from, const char *to) {
  char block[65536];
  struct stat st;
  int in = open(from, O_RDONLY | O_CLOEXEC), target = -1, good = 0;
  if (in >= 0 && fstat(in, &st) == 0 && S_ISREG(st.st_mode))
    target = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (target >= 0) {
    ssize_t got;
    while ((got = copy_file_range(in, NULL, target, NULL, SSIZE_MAX / 2, 0)) > 0) good = 1;
    while (got < 0 || !good) {
      got = read(in, block, sizeof block);
      if (got < 0 || (got > 0 && write(target, block, (size_t)got) != got)) break;
      if (got == 0) good = 1;
    }
  }
  if (target >= 0 && close(target) != 0) good = 0;
  if (in >= 0) close(in);
  return good;
}

struct kept {
  struct list fields; /* role, path, name: three of them for each copy */
  struct list inlined; /* name, size: two of them for each copy whose content goes into the record */
  const char *folder, *id;
};

/* Takes a small file's content into the record. */
static int keep_inline(struct kept *kept, const char *name, const char *path) {
  struct stat st;
  size_t got = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  int fits = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size + content.length <= INLINE_BYTES;
  if (fits) {
    char *to = grown(&content, (size_t)st.st_size);
    for (ssize_t n; got < (size_t)st.st_size && (n = read(fd, to + got, (size_t)st.st_size - got)) > 0;) got += (size_t)n;
    fits = got == (size_t)st.st_size;
  }
  close(fd);
  if (!fits) return 0;
  content.length += got;
  list_add(&kept->inlined, name);
  list_add(&kept->inlined, number((int64_t)got));
  return 1;
}

static void keep(struct kept *kept, const char *role, const char *path) {
  const char *name = joined(kept->id, "-", number(kept->fields.count / 3));
  const char *extension = strrchr(base_name(path), '.');
  name = joined(name, extension ? extension : "", "");
  int taken = strcmp(role, "object") == 0 && keep_inline(kept, name, path);
  if (!taken && !copy(path, joined(kept->folder, "/", name))) return;
  list_add(&kept->fields, role);
  list_add(&kept->fields, path);
  list_add(&kept->fields, name);
}

/* Sources that were made during the build may be gone when it ends. */
static void keep_young_sources(struct kept *kept, const struct list *inputs, int64_t since) {
  for (int i = 0; i < inputs->count; i++) {
    struct stat st;
    const char *path = inputs->items[i], *dot = strrchr(path, '.');
    if (!dot || strcmp(dot, ".o") == 0 || strcmp(dot, ".a") == 0 || strcmp(dot, ".so") == 0) continue;
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && ns(st.st_ctim) >= since) keep(kept, "source", path);
  }
}

static void keep_objects(struct kept *kept, const struct facts *facts) {
  if (facts->output) keep(kept, "object", facts->output);
  else
    for (int i = 0; i < facts->inputs.count; i++) keep(kept, "object", object_name(facts->inputs.items[i]));
}

static void put_list(const struct list *list, int per) {
  put(number(list->count / per));
  for (int i = 0; i < list->count; i++) put(list->items[i]);
}

static void publish(const char *folder) {
  char sizes[32];
  int size = snprintf(sizes, sizeof sizes, "%010zu%010zu\n", out.length, content.length);
  struct iovec parts[] = {{sizes, (size_t)size}, {out.text, out.length}, {content.text, content.length}};
  int fd = open(joined(folder, "/records", ""), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  ssize_t done = fd < 0 ? -1 : writev(fd, parts, content.length ? 3 : 2);
  int failure = errno;
  if (fd >= 0) close(fd);
  if (done >= 0 && (size_t)done == (size_t)size + out.length + content.length) return;
  fprintf(stderr, "swarm: record lost: %s\n", done < 0 ? strerror(failure) : "the disk is full");
  fd = open(joined(folder, "/", "lost"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd >= 0) close(fd);
}

/* The files that the command may read or write: the objects of a compilation, every path of anything else. */
static void collect_paths(struct list *paths, const struct list *args, const struct facts *facts, int compile) {
  if (compile && facts->output) list_add(paths, facts->output);
  else if (compile)
    for (int i = 0; i < facts->inputs.count; i++) list_add(paths, object_name(facts->inputs.items[i]));
  if (compile) return;
  for (int i = 0; i < args->count; i++) {
    const char *arg = args->items[i];
    if (arg[0] != '-') list_add(paths, arg);
    else if (arg[1] == 'o' && arg[2]) list_add(paths, arg + 2);
  }
  if (!facts->output) list_add(paths, "a.out");
}

/* Saves what the command reads from standard input, if it does; the kept file's name, or nothing. */
static const char *keep_stdin(const struct kept *kept, const struct tool *tool, const struct facts *facts,
                              const struct list *args) {
  int script = args->count == 1 && strcmp(tool->family, "ar") == 0 && strchr(args->items[0], 'M');
  if (!script && !(tool->family[0] == 'c' && facts->reads_stdin)) return "";
  char *name = joined(kept->id, ".stdin", "");
  return save_stdin(joined(kept->folder, "/", name)) ? name : "";
}

static void put_variables(void) {
  struct list set = {0};
  for (int i = 0; VARIABLES[i]; i++)
    if (getenv(VARIABLES[i])) list_add(&set, joined(VARIABLES[i], "=", getenv(VARIABLES[i])));
  put_list(&set, 1);
}

static void put_head(const struct tool *tool, int64_t start, int64_t end, int status, const char *input) {
  char cwd[PATH_MAX];
  put("swarm.record/2");
  put(tool->name);
  put(tool->family);
  put(tool->run);
  put(getcwd(cwd, sizeof cwd) ? cwd : "");
  put(number(start));
  put(number(end));
  put(number(WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status)));
  put(input);
}

int run_recorded(const struct config *config, const struct tool *tool, char **argv) {
  struct list args = {0}, paths = {0}, files = {0};
  struct facts facts;
  expand(&args, argv + 1, 0);
  cc_facts(&facts, &args);
  int compiler = tool->family[0] == 'c', compile = compiler && facts.compile;
  int edits = !compiler && strcmp(tool->family, "ar") != 0 && strcmp(tool->family, "ld") != 0;
  if (compiler && facts.asks) return run_program(tool->run, program_argv(tool, argv));

  int64_t start = now();
  struct kept kept = {{0}, {0}, config->folder, joined(number(start), "-", number(getpid()))};
  const char *input = keep_stdin(&kept, tool, &facts, &args);
  if (compiler) keep_young_sources(&kept, &facts.inputs, config->since);
  collect_paths(&paths, &args, &facts, compile);
  for (int i = 0; i < paths.count; i++) {
    list_add(&files, paths.items[i]);
    list_add(&files, compile ? "-" : identity(paths.items[i]));
    list_add(&files, "-");
    if (edits) keep(&kept, "input", paths.items[i]);
  }
  int status = run_program(tool->run, program_argv(tool, argv));
  int64_t end = now();
  for (int i = 0; i < paths.count; i++) files.items[3 * i + 2] = (char *)identity(paths.items[i]);
  if (compile && WIFEXITED(status) && WEXITSTATUS(status) == 0) keep_objects(&kept, &facts);

  put_head(tool, start, end, status, input);
  put_list(&args, 1);
  put_list(&files, 3);
  put_list(&kept.fields, 3);
  put_variables();
  put_list(&kept.inlined, 2);
  publish(config->folder);
  return status;
}
