/* The helper's side of the line: requests come over 0, answers go to 1, and 3 is closed when our owner has ended.
 * Arguments: a folder for captures, the cookie or "".
 *
 * A request is its length (4 bytes, the lowest first), then a letter and strings, each with a 0 after it:
 *   e NAME=VALUE...                                    the environment of the programs that follow
 *   r cwd stdin stdout stderr label program argument... run one; "" for no file, no label
 *   R ...                                              the same; answered by `p` first
 *   d                                                  drop the captures; answered by `d`
 * Answers are lines:
 *   h pid guard ADOPTS    at the beginning; ADOPTS is 1 when whatever a program leaves behind becomes our child
 *   g guard               another guard, since the last one was killed
 *   p PID                 the program was started
 *   x e|s N LEFT OUT ERR  the program exited with N, or signal N ended it; LEFT is 1 when something of it is left. OUT and ERR are
 *                         the sizes of the captures that follow the line; -1: too large, or somebody may still
 *                         write: look into the file, /proc/PID/fd/5 or 6, which stays until the next request
 *   n STAGE N TEXT        it could not be started: where, errno, and what that means */
#include "native.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BLOCK_BYTES = 16 * 1024, INLINE_BYTES = 32 * 1024, MOST_BYTES = 1 << 30 };

static const char *folder, *cookie;
static pid_t guard;

/* Nothing can be done without memory, or when nobody listens; the guard ends what runs. */
__attribute__((noreturn)) static void give_up(void) {
  _exit(1);
}

static void *room_for(size_t bytes) {
  void *room = malloc(bytes);
  if (!room) give_up();
  return room;
}

static void send_bytes(const char *bytes, size_t length) {
  while (length > 0) {
    ssize_t sent = write(1, bytes, length);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) give_up();
    bytes += sent;
    length -= (size_t)sent;
  }
}

__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...) {
  char line[256];
  va_list values;
  va_start(values, format);
  int length = vsnprintf(line, sizeof line, format, values);
  va_end(values);
  send_bytes(line, (size_t)length);
}

static void program_started(pid_t pid) {
  tell("p %d\n", (int)pid);
}

static void child_ended(pid_t pid) {
  if (pid != guard) return;
  guard = start_guard(cookie);
  tell("g %d\n", (int)guard);
}

/* Requests: a block may hold several, and a request may take several blocks. */
static char *input;
static size_t input_room, input_from, input_to;

/* Have `wanted` bytes at `input + input_from`; 0 at the end of input. */
static int have(size_t wanted) {
  if (input_from + wanted > input_room) {
    memmove(input, input + input_from, input_to - input_from);
    input_to -= input_from;
    input_from = 0;
    if (wanted > input_room && !(input = realloc(input, input_room = wanted))) give_up();
  }
  while (input_to - input_from < wanted) {
    ssize_t got = read(0, input + input_to, input_room - input_to);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    input_to += (size_t)got;
  }
  return 1;
}

/* The next request, which holds until the one after it: its bytes, the last of which is 0. NULL at the end of input. */
static char *next_request(size_t *length) {
  if (input_from == input_to) input_from = input_to = 0;
  if (!have(4)) return NULL;
  const unsigned char *at = (const unsigned char *)input + input_from;
  *length = at[0] | (size_t)at[1] << 8 | (size_t)at[2] << 16 | (size_t)at[3] << 24;
  if (*length == 0 || *length > MOST_BYTES) give_up();
  input_from += 4;
  if (!have(*length)) return NULL;
  char *request = input + input_from;
  input_from += *length;
  if (*length > 1 && request[*length - 1] != 0) give_up();
  return request;
}

/* The strings between two places, with `before` free places before the first and `after` after the last. */
static char **strings(char *from, char *to, size_t before, size_t after, size_t *count) {
  *count = 0;
  for (char *at = from; at < to; at += strlen(at) + 1) ++*count;
  char **items = room_for((before + *count + after + 1) * sizeof *items), **item = items + before;
  for (char *at = from; at < to; at += strlen(at) + 1) *item++ = at;
  *item = NULL;
  return items;
}

static char *env_text, **env_items;
static size_t env_count, env_label;

/* Keep an environment, without what we set ourselves. */
static void set_environment(const char *text, size_t length) {
  static const char run[] = "SWARM_RUN=", label[] = "SWARM_LABEL=";
  free(env_text);
  free(env_items);
  env_text = room_for(length + 1);
  memcpy(env_text, text, length);
  size_t count, kept = 0;
  env_items = strings(env_text, env_text + length, 0, 2, &count);
  char *own_label = NULL;
  for (size_t i = 0; i < count; i++) {
    if (strncmp(env_items[i], label, sizeof label - 1) == 0) own_label = env_items[i];
    else if (!*cookie || strncmp(env_items[i], run, sizeof run - 1) != 0) env_items[kept++] = env_items[i];
  }
  if (*cookie) {
    static char *entry;
    if (!entry) strcat(strcpy(entry = room_for(sizeof run + strlen(cookie)), run), cookie);
    env_items[kept++] = entry;
  }
  env_label = kept;
  env_items[kept] = own_label;
  env_items[kept + 1] = NULL;
  env_count = kept;
}

static int is_captured[3];

static void drop_captures(void) {
  for (int stream = 1; stream < 3; stream++) {
    if (is_captured[stream]) close(CAPTURED + stream - 1);
    is_captured[stream] = 0;
  }
}

static int make_captures(const struct program *program, struct end *end) {
  for (int stream = 1; stream < 3; stream++) {
    if (*program->streams[stream]) continue;
    end->stage = "capture";
    end->error = open_capture(folder, stream);
    if (end->error) return 0;
    is_captured[stream] = 1;
  }
  return 1;
}

/* What a capture holds, put at `to`; -1 when it is to be read from outside. */
static int read_capture(int stream, char *to) {
  struct stat stat;
  if (!is_captured[stream]) return 0;
  int fd = CAPTURED + stream - 1;
  if (fstat(fd, &stat) < 0 || stat.st_size > INLINE_BYTES) return -1;
  int size = (int)stat.st_size, filled = 0;
  while (filled < size) {
    ssize_t got = pread(fd, to + filled, (size_t)(size - filled), filled);
    if (got <= 0) return -1;
    filled += (int)got;
  }
  return size;
}

static void tell_end(const struct end *end) {
  if (end->stage) {
    tell("n %s %d %s\n", end->stage, end->error, strerror(end->error));
    return;
  }
  static char answer[128 + 2 * INLINE_BYTES];
  char *text = answer + 128;
  int out = end->leftover ? -1 : read_capture(1, text);
  if (out > 0) text += out;
  int err = end->leftover ? -1 : read_capture(2, text);
  if (err > 0) text += err;
  int signalled = WIFSIGNALED(end->status);
  int value = signalled ? WTERMSIG(end->status) : WEXITSTATUS(end->status);
  char line[128];
  int length = snprintf(line, sizeof line, "x %c %d %d %d %d\n", signalled ? 's' : 'e', value, end->leftover, out, err);
  char *from = answer + 128 - length;
  memcpy(from, line, (size_t)length);
  send_bytes(from, (size_t)(text - from));
}

static void run_request(char *from, char *to, const struct listener *listener) {
  static const char label_name[] = "SWARM_LABEL=";
  struct program program;
  struct end end = {0};
  size_t count;
  char **words = strings(from, to, 0, 0, &count);
  if (count < 6 || !env_items) give_up();
  program.cwd = words[0];
  for (int stream = 0; stream < 3; stream++) program.streams[stream] = words[1 + stream];
  char *label = words[4], *own_label = env_items[env_label], *entry = NULL;
  program.argv = words + 5; /* the place before it held the label */
  if (*label) {
    strcat(strcpy(entry = room_for(sizeof label_name + strlen(label)), label_name), label);
    env_items[env_label] = entry;
  }
  program.env = env_items;
  if (make_captures(&program, &end)) run_program(&program, &end, listener);
  tell_end(&end);
  env_items[env_label] = own_label;
  free(entry);
  free(words);
}

/* NOTHING is what it should be, and nothing else is open that a program could inherit. */
static int set_descriptors(void) {
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (nothing < 0 || fcntl(OWNER, F_SETFD, FD_CLOEXEC) < 0) return 0;
  if (nothing != NOTHING && dup3(nothing, NOTHING, O_CLOEXEC) < 0) return 0;
  for (int fd = NOTHING + 1; fd < 1024; fd++) close(fd);
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  folder = argv[1];
  cookie = argv[2];
  /* The guard ends the session that it is in, and that must be ours alone. */
  if (getsid(0) != getpid() || !set_descriptors()) return 2;
  input = room_for(input_room = BLOCK_BYTES);
  guard = start_guard(cookie);
  adopt_orphans();
  tell("h %d %d %d\n", (int)getpid(), (int)guard, adopting);
  const struct listener quiet = {NULL, child_ended}, telling = {program_started, child_ended};
  size_t length;
  for (char *request; (request = next_request(&length));) {
    drop_captures();
    if (*request == 'e') set_environment(request + 1, length - 1);
    else if (*request == 'r') run_request(request + 1, request + length, &quiet);
    else if (*request == 'R') run_request(request + 1, request + length, &telling);
    else if (*request == 'd') tell("d\n");
    else give_up();
  }
  /* Our owner has ended, or let go of us. What is left ends the guard, where it is alive. */
  if (adopting && !something_left(0)) kill(guard, SIGKILL);
  else if (guard < 0 || waitpid(guard, NULL, WNOHANG | __WALL) != 0) end_everything(cookie);
  return 0;
}
