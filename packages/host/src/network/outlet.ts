// A connection to somebody whom a list of hosts allows. A name is resolved once, what it resolves to is judged, and one of the addresses that
// pass is connected to: nobody resolves it again, so what was judged is what is reached.

import { lookup } from 'node:dns/promises';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HostRule, reachable, routeTo, type Target, targetText } from '@swarm/core';

export type Outlet =
  | { readonly kind: 'open'; readonly socket: Socket }
  /** Not allowed; in words for whoever asked. */
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string };

/** For resolving a name, and for each of its addresses. */
const PATIENCE_MS = 15_000;

type Resolve = (name: string) => Promise<readonly string[]>;

export interface OutletOptions {
  readonly rules: readonly HostRule[];
  /** Aborted: every connection is cut. */
  readonly signal: AbortSignal;
  /** Left out: as the system does it. */
  readonly resolve?: Resolve;
}

const systemResolve: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

export async function openOutlet(options: OutletOptions, target: Target): Promise<Outlet> {
  const { rules, signal, resolve = systemResolve } = options;
  const to = (addresses: readonly string[]) => connected(text, addresses, target.port, signal);
  const route = routeTo(rules, target);
  const text = targetText(target);
  if (route.kind === 'refused')
    return { kind: 'refused', why: `${text} is not in the list workspaces.network` };
  if (route.kind === 'addresses') return to(route.addresses);
  let found: readonly string[];
  try {
    found = await soon(resolve(route.name));
  } catch (error) {
    return unreachable(text, error);
  }
  const allowed = reachable(rules, target.port, found);
  if (allowed.length > 0 || found.length === 0) return to(allowed);
  return {
    kind: 'refused',
    why: `${text} leads to ${found[0]}, which is not public: name it in workspaces.network, too`,
  };
}

async function connected(
  text: string,
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Outlet> {
  let problem: unknown = new Error('it has no address');
  for (const host of addresses) {
    const socket = connect({ host, port, allowHalfOpen: true, signal });
    try {
      await soon(
        new Promise((opened, failed) => {
          socket.once('connect', opened);
          socket.once('error', failed);
        }),
      );
      return { kind: 'open', socket };
    } catch (error) {
      socket.on('error', () => {});
      socket.destroy();
      problem = error;
    }
  }
  return unreachable(text, problem);
}

const unreachable = (text: string, error: unknown): Outlet => {
  const { code, message } = error as NodeJS.ErrnoException;
  return { kind: 'unreachable', why: `${text} can't be reached: ${code ?? message}` };
};

/** Carry what both say to each other, until both have ended or one is broken. */
export function join(caller: Duplex, socket: Socket): void {
  caller.on('error', () => socket.destroy());
  socket.on('error', () => caller.destroy());
  // Who closes after the other side's end has all that was to be said, and there may still be something on its way.
  caller.on('close', () => {
    if (!caller.readableEnded) socket.destroy();
  });
  caller.pipe(socket);
  socket.pipe(caller);
}

async function soon<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController();
  work.catch(() => {}); // It may still fail when nobody waits any more.
  try {
    return await Promise.race([
      work,
      sleep(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
        throw new Error(`no answer in ${PATIENCE_MS / 1000} s`);
      }),
    ]);
  } finally {
    late.abort();
  }
}
