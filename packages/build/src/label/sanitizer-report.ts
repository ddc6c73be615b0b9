// What a sanitizer's report says: what was done, and where. Pure. Reads what libasan and libubsan of gcc and clang write.

export interface SanitizerFinding {
  /** In the sanitizer's words: `signed integer overflow: 2147483647 + 1 cannot be ...`, `heap-buffer-overflow`. */
  readonly what: string;
  /** The frames from the innermost on, those of the sanitizer itself left out. */
  readonly frames: readonly Frame[];
}

export interface Frame {
  readonly function: string | undefined;
  /** As the compiler got it; undefined where the code has no debug information. */
  readonly file: string | undefined;
  readonly line: number | undefined;
}

const RUNTIME_ERROR = /^(.+?):(\d+):\d+: runtime error: (.+)$/;
const ADDRESS_ERROR = /^==\d+==\s*ERROR: AddressSanitizer: (.+)$/;
const FRAME = /^\s*#(\d+) 0x[0-9a-f]+ (?:in (\S+) )?(.*)$/;
const OWN_FRAME = /^__(?:interceptor|asan|ubsan|sanitizer)_|^(?:__interceptor_)?(?:memcpy|memmove|memset)$/;

/** All findings of a report, in order. Leaks, and memory that could not be had, are none. */
export function findingsOf(report: string): SanitizerFinding[] {
  const findings: SanitizerFinding[] = [];
  const lines = report.split('\n');
  for (const [i, line] of lines.entries()) {
    const error = RUNTIME_ERROR.exec(line);
    if (error !== null) {
      const frames = framesFrom(lines, i + 1);
      const place = { function: frames[0]?.function, file: error[1]!, line: Number(error[2]) };
      findings.push({ what: error[3]!, frames: [place, ...frames.slice(1)] });
      continue;
    }
    const address = ADDRESS_ERROR.exec(line)?.[1];
    if (
      address !== undefined &&
      !/^(?:out of memory|requested allocation size|stack-overflow)/i.test(address)
    )
      findings.push({ what: kindOf(address, lines[i + 1] ?? ''), frames: framesFrom(lines, i + 1) });
  }
  return findings;
}

/** The first stack after a line. */
function framesFrom(lines: readonly string[], start: number): Frame[] {
  const frames: Frame[] = [];
  let depth = 0;
  for (const line of lines.slice(start, start + 60)) {
    const frame = FRAME.exec(line);
    if (frame === null) {
      if (depth > 0) break;
      continue;
    }
    if (Number(frame[1]) !== depth) break;
    depth += 1;
    if (OWN_FRAME.test(frame[2] ?? '') && frames.length === 0) continue;
    const place = /^(.+?):(\d+)(?::\d+)?$/.exec(frame[3]!);
    frames.push({
      function: frame[2],
      file: place?.[1],
      line: place === null ? undefined : Number(place[2]),
    });
  }
  return frames;
}

/** Without addresses, which differ from run to run. */
function kindOf(address: string, next: string): string {
  const kind = address.split(' on ')[0]!.split(':')[0]!.trim();
  const access = /^(READ|WRITE) of size (\d+)/.exec(next);
  return access === null ? kind : `${kind}, ${access[1]!.toLowerCase()} of ${access[2]} bytes`;
}
