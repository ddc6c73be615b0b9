/* Ends what the helper's owner left running when it ended, by whatever means: everything in the helper's session, and
 * everything that carries the cookie in its environment, whatever session it fled to. */
#include "native.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The text of /proc/PID/NAME with a 0 after it, in a buffer that is used again; -1 when it can't be read. */
static ssize_t read_about(const char *pid, const char *name, char **text) {
  static char *buffer;
  static size_t room;
  char path[64];
  snprintf(path, sizeof path, "/proc/%.20s/%s", pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  size_t length = 0;
  for (;;) {
    if (length + 2 > room) {
      char *larger = realloc(buffer, room * 2 + 8192);
      if (!larger) break;
      buffer = larger;
      room = room * 2 + 8192;
    }
    ssize_t got = read(fd, buffer + length, room - length - 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    length += (size_t)got;
  }
  close(fd);
  if (!buffer) return -1;
  buffer[length] = 0;
  *text = buffer;
  return (ssize_t)length;
}

/* Kill it when it is of our session, with its group as a whole: then nobody in it can fork meanwhile. */
static int kill_member(const char *pid, pid_t session) {
  char *text, state;
  int parent, group, its_session;
  if (read_about(pid, "stat", &text) < 0) return 0;
  char *after = strrchr(text, ')'); /* the name may hold anything */
  if (!after || sscanf(after, ") %c %d %d %d", &state, &parent, &group, &its_session) != 4) return 0;
  if (its_session != session || state == 'Z' || state == 'X') return 0;
  if (group > 1 && group != getpgrp()) kill(-group, SIGKILL);
  return kill(atoi(pid), SIGKILL) == 0;
}

static int kill_stray(const char *pid, const char *cookie) {
  char *text;
  ssize_t length = read_about(pid, "environ", &text);
  for (char *at = text; length > 0 && at < text + length; at += strlen(at) + 1)
    if (strncmp(at, "SWARM_RUN=", 10) == 0 && strcmp(at + 10, cookie) == 0) return kill(atoi(pid), SIGKILL) == 0;
  return 0;
}

void end_everything(const char *cookie) {
  const struct timespec pause = {0, 1000000};
  pid_t self = getpid(), session = getsid(0);
  for (int found = 1; found; nanosleep(&pause, NULL)) {
    found = 0;
    DIR *all = opendir("/proc");
    if (!all) return;
    for (struct dirent *entry; (entry = readdir(all));) {
      const char *pid = entry->d_name;
      if (!isdigit((unsigned char)*pid) || atoi(pid) == self) continue;
      if (kill_member(pid, session) || (*cookie && kill_stray(pid, cookie))) found = 1;
    }
    closedir(all);
  }
}

pid_t start_guard(const char *cookie) {
  pid_t pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL); /* a fork, but for the signal at its end */
  if (pid != 0) return pid;
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  setpgid(0, 0);
  dup2(NOTHING, 0);
  dup2(NOTHING, 2); /* 1 stays: whoever waits for its end waits for the end of our work */
  for (int fd = NOTHING; fd < CAPTURED + 2; fd++) close(fd);
  char byte;
  while (read(OWNER, &byte, 1) < 0 && errno == EINTR) continue;
  end_everything(cookie);
  _exit(0);
}
