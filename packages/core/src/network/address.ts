// Addresses of the internet protocol as texts, and which of them are the public internet's: those that are not are somebody's own
// network, the machine itself, or a cloud's service with keys in it, and no name that a stranger's server resolves may lead there.
//
// By the registries of special-purpose addresses that RFC 6890 describes: https://www.iana.org/assignments/iana-ipv4-special-registry and
// https://www.iana.org/assignments/iana-ipv6-special-registry.

/** 16 bytes; one of version 4 is mapped (::ffff:a.b.c.d), so that each address has one form. */
export type Address = readonly number[];

const MAPPED: Address = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/** Version 4 as four decimal numbers, or version 6 without brackets and zone; undefined for anything else, as `127.1` or `0x7f.0.0.1`. */
export function parseAddress(text: string): Address | undefined {
  const four = fourBytes(text);
  if (four !== undefined) return [...MAPPED, ...four];
  return text.includes(':') ? sixteenBytes(text) : undefined;
}

function fourBytes(text: string): Address | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.');
  const bytes = parts.map(Number);
  return parts.some((part, i) => String(bytes[i]) !== part) || bytes.some((byte) => byte > 255)
    ? undefined
    : bytes;
}

function sixteenBytes(text: string): Address | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [before, after] = halves.map((half) => (half === '' ? [] : groups(half)));
  if (before === undefined) return undefined;
  if (halves.length === 1) return before.length === 16 ? before : undefined;
  if (after === undefined || before.length + after.length > 14) return undefined;
  return [...before, ...Array.from({ length: 16 - before.length - after.length }, () => 0), ...after];
}

/** The bytes of `a:b:c` or `a:b:1.2.3.4`. */
function groups(text: string): number[] | undefined {
  const bytes: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1 ? fourBytes(part) : undefined;
    if (last !== undefined) bytes.push(...last);
    else if (/^[0-9a-f]{1,4}$/i.test(part)) {
      const group = Number.parseInt(part, 16);
      bytes.push(group >> 8, group & 0xff);
    } else return undefined;
  }
  return bytes;
}

export const sameAddress = (a: Address, b: Address): boolean => a.every((byte, i) => byte === b[i]);

/** Can it be reached from anywhere, and is it nobody's own? */
export function isPublic(address: Address): boolean {
  // What a translator between both versions makes of an address of version 4 (RFC 6052) leads to that one.
  if (isWithin(address, '64:ff9b::', 96)) return isPublic([...MAPPED, ...address.slice(12)]);
  const isFour = isWithin(address, '::ffff:0:0', 96);
  if (!isFour && !isWithin(address, '2000::', 3)) return false;
  return !(isFour ? NOT_PUBLIC_4 : NOT_PUBLIC_6).some(([start, bits]) => isWithin(address, start, bits));
}

const NOT_PUBLIC_4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

/** Within 2000::/3: protocols (Teredo and the like, which carry other addresses), examples, 6to4. */
const NOT_PUBLIC_6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

/** Are the first bits the same? Bits are counted in the version that `start` is written in. */
function isWithin(address: Address, start: string, bits: number): boolean {
  const first = parseAddress(start)!;
  const all = start.includes(':') ? bits : bits + 96;
  return first.every((byte, i) => {
    const left = Math.min(8, Math.max(0, all - 8 * i));
    const mask = (0xff << (8 - left)) & 0xff;
    return (byte & mask) === (address[i]! & mask);
  });
}
