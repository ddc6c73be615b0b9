// What a fleet tells of itself: the one stream that the log keeps and that the console, `--json` and `swarm status` are read from.

import type { SessionOutcome, SessionUsage } from '@swarm/core';

/** What was asked of an agent's work. */
export type CheckName = 'sample' | 'gate';

export type FleetEvent =
  | {
      readonly kind: 'fleet-started';
      readonly run: string;
      readonly agents: number;
      readonly backend: string;
      /** In words. */
      readonly until: string;
    }
  /** It counts what runs that were killed took as its own. */
  | {
      readonly kind: 'gone-on';
      readonly runs: readonly string[];
      readonly usd: number;
      readonly sessions: number;
    }
  | { readonly kind: 'claimed'; readonly agent: string; readonly task: string; readonly title: string }
  /** Done by someone else already: closed without a session. */
  | { readonly kind: 'superseded'; readonly agent: string; readonly task: string; readonly detail: string }
  /** Work of an earlier session, which trouble kept from being judged, is taken up: no new session is paid for. */
  | { readonly kind: 'recalled'; readonly agent: string; readonly task: string }
  | {
      readonly kind: 'session-started';
      readonly agent: string;
      readonly task: string;
      readonly session: string;
      readonly backend: string;
      readonly role: string;
    }
  /** Told again and again while a session runs: totals so far. */
  | {
      readonly kind: 'session-progress';
      readonly agent: string;
      readonly session: string;
      readonly usage: SessionUsage;
    }
  | {
      readonly kind: 'session-ended';
      readonly agent: string;
      readonly task: string;
      readonly session: string;
      readonly role: string;
      readonly outcome: SessionOutcome;
      readonly detail: string;
      readonly usage: SessionUsage;
      readonly wallMs: number;
    }
  | {
      readonly kind: 'checked';
      readonly agent: string;
      readonly task: string;
      readonly check: CheckName;
      readonly verdict: 'green' | 'red' | 'unclear';
      readonly detail: string;
    }
  | { readonly kind: 'landed'; readonly agent: string; readonly task: string; readonly commit: string }
  | {
      readonly kind: 'handed-back';
      readonly agent: string;
      readonly task: string;
      /** How the attempt ended, in one word, and what was learned. */
      readonly outcome: string;
      readonly note: string;
      /** Attempts are used up: a person is needed. */
      readonly blocked: boolean;
    }
  /** A role that works without a task found nothing to change, and said this last. */
  | { readonly kind: 'round-over'; readonly agent: string; readonly task: string; readonly note: string }
  /** A program in its sandbox wants to reach a host that isn't in the list: said once of each host. */
  | { readonly kind: 'host-refused'; readonly agent: string; readonly host: string; readonly why: string }
  | { readonly kind: 'lease-lost'; readonly agent: string; readonly task: string }
  /** It would add nothing, so it starts nothing until it is wanted again. */
  | { readonly kind: 'resting'; readonly agent: string; readonly why: string }
  | { readonly kind: 'waiting'; readonly agent: string; readonly why: string; readonly forMs: number }
  /** The hub, the disk or a workspace failed: says nothing about any work. */
  | { readonly kind: 'trouble'; readonly agent: string; readonly what: string }
  | { readonly kind: 'agent-stopped'; readonly agent: string; readonly why: string }
  | { readonly kind: 'fleet-stopped'; readonly why: string };
