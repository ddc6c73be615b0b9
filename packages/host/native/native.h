/* What the parts of the helper share. The helper starts programs for us, one at a time, each in a process group of its
 * own, and tells how they ended; a guard beside it ends everything when the process that owns them has gone. */
#ifndef SWARM_NATIVE_H
#define SWARM_NATIVE_H

#define _GNU_SOURCE
#include <stddef.h>
#include <sys/types.h>

/* Descriptors that never change. Captures can be looked at from outside while their program runs: /proc/PID/fd/N. */
enum { OWNER = 3, NOTHING = 4, CAPTURED = 5 };

/* One program to start. Strings point into the request. */
struct program {
  char **argv, **env; /* argv has a free place before its first word */
  char *cwd;
  char *streams[3]; /* files for 0, 1 and 2; "" for none: an empty input, a capture */
};

/* What became of it. */
struct end {
  const char *stage; /* what could not be done, and then `error` tells why; NULL when it was started */
  int error;
  int status; /* as wait has it */
  int leftover; /* something of it is left: wherever it went if `adopting`, else in its group */
};

/* Who is told while a program runs. */
struct listener {
  void (*started)(pid_t);     /* may be NULL */
  void (*other_ended)(pid_t); /* another child of ours */
};

/* start.c: what loses its parent becomes our child, whatever session it went to. Else this stays 0. */
extern int adopting;
void adopt_orphans(void);
/* Is a process alive that is or was a program's? Also those of earlier programs, if `adopting`. */
int something_left(pid_t group);
/* Run a program to its end. */
void run_program(const struct program *program, struct end *end, const struct listener *listener);
/* A fresh file without a name in `folder`, as the capture of stream 1 or 2. 0, or errno. */
int open_capture(const char *folder, int stream);

/* guard.c: a process that waits until nobody holds the other end of OWNER, then calls `end_everything`. Its pid, or -1. It is a child
 * that `wait` passes over unless told not to (__WALL), so that `something_left` need not know of it. */
pid_t start_guard(const char *cookie);
/* Kill our session but for this process, and all that carries the cookie, until nothing is left. */
void end_everything(const char *cookie);

#endif
