// `.eh_frame`, taken apart: which unwind entries belong to which piece of code, and which common entry each of them needs.

import type { ElfRelocation, ElfSection } from './elf-read.js';

/** One record of `.eh_frame`, its length field included; relocations count from its start. */
export interface UnwindRecord {
  readonly bytes: Buffer;
  readonly relocations: readonly ElfRelocation[];
}

export interface UnwindEntry extends UnwindRecord {
  readonly common: UnwindRecord;
}

/** Where the pointer from an entry to its common entry stands. */
export const COMMON_POINTER = 4;
const CODE_START = 8;

/** Entries by the number of the section of the code that they are for; undefined for a form that we don't know. */
export function unwindEntries(section: ElfSection): ReadonlyMap<number, UnwindEntry[]> | undefined {
  const { content, relocations } = section;
  const entries = new Map<number, UnwindEntry[]>();
  const commons = new Map<number, UnwindRecord>();
  const sorted = [...relocations].sort((a, b) => a.offset - b.offset);
  let next = 0;
  for (let at = 0; at + 4 <= content.length; ) {
    const length = content.readUInt32LE(at);
    if (length === 0) {
      at += 4;
      continue;
    }
    const end = at + 4 + length;
    if (length === 0xffffffff || end > content.length) return undefined;
    const own: ElfRelocation[] = [];
    for (; next < sorted.length && sorted[next]!.offset < end; next++)
      own.push({ ...sorted[next]!, offset: sorted[next]!.offset - at });
    const record = { bytes: content.subarray(at, end), relocations: own };
    const pointer = content.readUInt32LE(at + COMMON_POINTER);
    if (pointer === 0) commons.set(at, record);
    else {
      const common = commons.get(at + COMMON_POINTER - pointer);
      const start = own.find(({ offset }) => offset === CODE_START);
      if (common === undefined || start === undefined) return undefined;
      const of = entries.get(start.symbol.section) ?? [];
      of.push({ ...record, common });
      entries.set(start.symbol.section, of);
    }
    at = end;
  }
  return entries;
}
