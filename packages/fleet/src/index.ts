// What the rest of swarm may use of the fleet: the agent loop, over ports only.

export type { Backend, BackendDescriptor, SessionRequest } from '@swarm/core';
