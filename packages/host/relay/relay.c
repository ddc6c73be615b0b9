/* The way out of a sandbox that has no network: `relay PORT=SOCKET... -- PROGRAM ARGUMENT...` becomes the program, and leaves a process
 * behind that listens on those ports of the sandbox's own loopback and carries what comes there to sockets that somebody outside
 * answers. It ends with the sandbox. Whatever may be reached is decided outside: in here there is nothing to get around.
 *
 * A socket that nobody answers any more is said in words that an HTTP client shows. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_DOORS = 32, MOST_CALLS = 256, CHUNK_BYTES = 16 * 1024, BACKLOG = 128, LAST_DESCRIPTOR = 1024 };

static const char GONE[] =
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nConnection: close\r\nContent-Length: 66\r\n\r\n"
    "swarm: the network of this sandbox has ended with whoever gave it\n";

/* A port inside: listeners of both versions, -1 where one can't be had. */
struct door {
  int listeners[2];
  const char *socket;
};

/* What goes one way. `from` is at its end when `over`; `to` has been told when `told`. A `to` of -1 takes everything. */
struct stream {
  int from, to, over, told;
  size_t at, end;
  char *bytes;
};

/* One caller and the way out, in both directions; free when `bytes` is NULL. */
struct call {
  struct stream out, in;
  char *bytes;
};

static struct door doors[MOST_DOORS];
static int door_count;
static struct call calls[MOST_CALLS];

static int listen_on(int family, int port) {
  struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
  int yes = 1, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  int is_four = family == AF_INET;
  if (!is_four) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
  const struct sockaddr *address = is_four ? (struct sockaddr *)&four : (struct sockaddr *)&six;
  if (bind(fd, address, is_four ? sizeof four : sizeof six) == 0 && listen(fd, BACKLOG) == 0) return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

/* 0, or what is wrong. */
static const char *open_door(char *word) {
  char *end;
  long port = strtol(word, &end, 10);
  if (*end != '=' || port < 1 || port > 65535 || door_count == MOST_DOORS) return "not PORT=SOCKET, or too many";
  struct door *door = &doors[door_count++];
  door->socket = strdup(end + 1);
  if (!door->socket) return "no memory";
  door->listeners[0] = listen_on(AF_INET, (int)port);
  if (door->listeners[0] < 0) return strerror(errno);
  door->listeners[1] = listen_on(AF_INET6, (int)port); /* Not every machine has it. */
  return NULL;
}

/* A connection to the other side; -1 when nobody is there. */
static int reach(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
  if (fd >= 0) close(fd);
  return -1;
}

static void begin_call(int caller, const char *path) {
  struct call *call = calls;
  while (call < calls + MOST_CALLS && call->bytes) call++;
  if (call == calls + MOST_CALLS || !(call->bytes = malloc(2 * CHUNK_BYTES))) {
    close(caller);
    return;
  }
  int outside = reach(path);
  call->out = (struct stream){.from = caller, .to = outside, .bytes = call->bytes};
  call->in = (struct stream){.from = outside, .to = caller, .bytes = call->bytes + CHUNK_BYTES};
  if (outside >= 0) return;
  call->in.over = 1;
  call->in.end = sizeof GONE - 1;
  memcpy(call->in.bytes, GONE, sizeof GONE - 1);
}

static void end_call(struct call *call) {
  close(call->out.from);
  if (call->out.to >= 0) close(call->out.to);
  free(call->bytes);
  call->bytes = NULL;
}

static int is_for_later(void) {
  return errno == EAGAIN || errno == EINTR;
}

/* Carry what can be carried now; 0 when the call is broken. */
static int carry(struct stream *stream) {
  if (!stream->over && stream->at == stream->end) {
    ssize_t got = read(stream->from, stream->bytes, CHUNK_BYTES);
    if (got < 0 && !is_for_later()) return 0;
    if (got == 0) stream->over = 1;
    stream->at = 0;
    stream->end = got > 0 ? (size_t)got : 0;
  }
  if (stream->to < 0) stream->at = stream->end;
  while (stream->at < stream->end) {
    ssize_t sent = write(stream->to, stream->bytes + stream->at, stream->end - stream->at);
    if (sent < 0 && is_for_later()) return 1;
    if (sent < 0) return 0;
    stream->at += (size_t)sent;
  }
  if (stream->over && !stream->told) {
    stream->told = 1;
    if (stream->to >= 0 && shutdown(stream->to, SHUT_WR) < 0) return 0;
  }
  return 1;
}

/* What to wait for before `carry` has something to do: reading or writing at one of its ends, or nothing. */
static struct pollfd wait_for(const struct stream *stream) {
  if (stream->at < stream->end) return (struct pollfd){.fd = stream->to, .events = POLLOUT};
  return (struct pollfd){.fd = stream->over ? -1 : stream->from, .events = POLLIN};
}

static void accept_calls(int listener, const char *path) {
  int caller;
  while ((caller = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) begin_call(caller, path);
  if (errno == EMFILE || errno == ENFILE) usleep(10000); /* It would be asked again at once. */
}

/* Until the sandbox ends. */
__attribute__((noreturn)) static void serve(void) {
  static struct pollfd waits[2 * MOST_DOORS + 2 * MOST_CALLS];
  for (;;) {
    nfds_t count = 0;
    for (int i = 0; i < 2 * door_count; i++)
      waits[count++] = (struct pollfd){.fd = doors[i / 2].listeners[i % 2], .events = POLLIN};
    for (struct call *call = calls; call < calls + MOST_CALLS; call++) {
      waits[count++] = call->bytes ? wait_for(&call->out) : (struct pollfd){.fd = -1};
      waits[count++] = call->bytes ? wait_for(&call->in) : (struct pollfd){.fd = -1};
    }
    if (poll(waits, count, -1) < 0 && errno != EINTR) _exit(1);
    const struct pollfd *wait = waits + 2 * door_count;
    for (struct call *call = calls; call < calls + MOST_CALLS; call++, wait += 2) {
      if (!call->bytes) continue;
      if ((wait[0].revents && !carry(&call->out)) || (wait[1].revents && !carry(&call->in)) || (call->out.told && call->in.told))
        end_call(call);
    }
    for (int i = 0; i < 2 * door_count; i++)
      if (waits[i].revents) accept_calls(waits[i].fd, doors[i / 2].socket);
  }
}

/* Who looks for the program by its words, to end it, doesn't mean us. */
static void be_nobody(int argc, char **argv) {
  memset(argv[1], 0, (size_t)(argv[argc - 1] + strlen(argv[argc - 1]) - argv[1]));
  prctl(PR_SET_NAME, "swarm-relay");
}

/* Nobody's child, in nobody's session, and with nothing open that somebody else reads to its end. */
static void leave_behind(int argc, char **argv) {
  pid_t child = fork();
  if (child < 0) _exit(126);
  if (child > 0) {
    waitpid(child, NULL, 0);
    return;
  }
  setsid();
  if (fork() != 0) _exit(0);
  be_nobody(argc, argv);
  int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3; fd++) dup2(nothing, fd);
  for (int fd = 3; fd < LAST_DESCRIPTOR; fd++) {
    int is_ours = 0;
    for (int i = 0; i < 2 * door_count; i++) is_ours |= doors[i / 2].listeners[i % 2] == fd;
    if (!is_ours) close(fd);
  }
  /* Who ends politely may still have something to say outside. */
  for (const int *signal_number = (const int[]){SIGHUP, SIGINT, SIGTERM, SIGPIPE, 0}; *signal_number; signal_number++)
    signal(*signal_number, SIG_IGN);
  serve();
}

int main(int argc, char **argv) {
  int at = 1;
  for (; at < argc && strcmp(argv[at], "--") != 0; at++) {
    const char *problem = open_door(argv[at]);
    if (!problem) continue;
    fprintf(stderr, "swarm relay: %s: %s\n", argv[at], problem);
    return 126;
  }
  if (at + 1 >= argc) {
    fprintf(stderr, "swarm relay: no program\n");
    return 126;
  }
  leave_behind(argc, argv);
  for (int i = 0; i < 2 * door_count; i++)
    if (doors[i / 2].listeners[i % 2] >= 0) close(doors[i / 2].listeners[i % 2]);
  execvp(argv[at + 1], argv + at + 1);
  int error = errno;
  fprintf(stderr, "%s: %s\n", argv[at + 1], strerror(error));
  return error == ENOENT ? 127 : 126;
}
