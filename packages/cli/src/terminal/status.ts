// The live status of long work, on standard error: one line rewritten in place on a terminal, else a plain line at
// most every 30 seconds. It never touches standard output, which is the result's.

const REDRAW_MS = 100;
const PLAIN_MS = 30_000;

export interface Status {
  /** Say what is going on now; cheap, call it as often as you like. */
  show(text: string): void;
  /** Remove the live line, so that other output starts on a clean one. */
  clear(): void;
}

interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export function createStatus(screen: Screen, now: () => number, quiet: boolean): Status {
  if (quiet) return { show: () => {}, clear: () => {} };
  return screen.isTTY === true ? liveStatus(screen, now) : plainStatus(screen, now);
}

function liveStatus(screen: Screen, now: () => number): Status {
  let drawnAt = Number.NEGATIVE_INFINITY;
  let drawn = false;
  return {
    show(text) {
      if (now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      drawn = true;
      const width = (screen.columns || 80) - 1;
      screen.write(`\r\u001b[K${text.length > width ? `${text.slice(0, width - 1)}…` : text}`);
    },
    clear() {
      if (drawn) screen.write('\r\u001b[K');
      drawn = false;
      drawnAt = Number.NEGATIVE_INFINITY;
    },
  };
}

function plainStatus(screen: Screen, now: () => number): Status {
  let saidAt = now();
  return {
    show(text) {
      if (now() - saidAt < PLAIN_MS) return;
      saidAt = now();
      screen.write(`${text}\n`);
    },
    clear() {},
  };
}
