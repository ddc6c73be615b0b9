// How text and figures stand on a line, as everywhere in swarm.

export { count, oneLine, seconds, withinBytes } from '@swarm/core';
