/* The config beside the shim: NUL-separated fields, written whole and renamed into place, read in one go.
 *   swarm.shim/1, mode, folder, since, then per tool: name, family, run, own, number of flags, flags...  */
#include "shim.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *next(const struct config *config, size_t *at) {
  if (*at >= config->size) return NULL;
  const char *field = config->text + *at;
  *at += strlen(field) + 1;
  return field;
}

int config_read(struct config *config, const char *folder) {
  int fd = open(joined(folder, "/config", ""), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  config->text = read_whole(fd, &config->size);
  close(fd);
  size_t at = 0;
  const char *version = config->text ? next(config, &at) : NULL;
  if (!version || strcmp(version, "swarm.shim/1") != 0) return 0;
  config->mode = next(config, &at);
  config->folder = next(config, &at);
  const char *since = next(config, &at);
  config->tools = at;
  if (!since) return 0;
  config->since = strtoll(since, NULL, 10);
  return 1;
}

int config_find(const struct config *config, const char *name, struct tool *tool) {
  size_t at = config->tools;
  while ((tool->name = next(config, &at))) {
    tool->family = next(config, &at);
    tool->run = next(config, &at);
    tool->own = next(config, &at);
    const char *count = next(config, &at);
    if (!count) return 0;
    int found = strcmp(tool->name, name) == 0;
    memset(&tool->flags, 0, sizeof tool->flags);
    for (int left = atoi(count); left > 0; left--) {
      const char *flag = next(config, &at);
      if (found && flag) list_add(&tool->flags, flag);
    }
    if (found) return 1;
  }
  return 0;
}
