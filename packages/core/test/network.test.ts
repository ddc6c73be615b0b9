// The list of hosts that a sandbox may reach: what is in it is reached however it is spelled, nothing else is, and no name leads into a
// private network.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type HostRule,
  isPublic,
  parseAddress,
  reachable,
  readHostRule,
  readTarget,
  routeTo,
} from '../src/index.ts';

const rules = (...texts: string[]): HostRule[] =>
  texts.map((text) => {
    const rule = readHostRule(text);
    if ('problem' in rule) throw new Error(`${text} ${rule.problem}`);
    return rule;
  });
const route = (list: readonly HostRule[], text: string) => routeTo(list, readTarget(text)!).kind;

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.'));
const port = fc.integer({ min: 1, max: 65_535 });
const spelled = (text: string, upper: boolean, dot: boolean) =>
  `${upper ? text.toUpperCase() : text}${dot ? '.' : ''}`;

describe('a list of hosts', () => {
  test('allows a name in any spelling, on its port alone', () => {
    fc.assert(
      fc.property(name, port, port, fc.boolean(), fc.boolean(), (host, a, b, upper, dot) => {
        const list = rules(`${host}:${a}`);
        expect(route(list, `${spelled(host, upper, dot)}:${a}`)).toBe('name');
        if (a !== b) expect(route(list, `${host}:${b}`)).toBe('refused');
      }),
    );
  });

  test('allows beneath a star what ends in its name, and not the name itself', () => {
    fc.assert(
      fc.property(name, name, label, (host, other, more) => {
        const list = rules(`*.${host}`);
        expect(route(list, `${more}.${host}:443`)).toBe('name');
        expect(route(list, `${host}:443`)).toBe('refused');
        expect(route(list, `${more}${host}:443`)).toBe('refused');
        if (!other.endsWith(`.${host}`)) expect(route(list, `${other}:443`)).toBe('refused');
        expect(route(list, `${host}.${other}:443`)).toBe(other.endsWith(`.${host}`) ? 'name' : 'refused');
      }),
    );
  });

  test('allows an address in any spelling of its own, and no name by it', () => {
    const list = rules('192.168.7.9:8080', '[fd00::7]:8080');
    for (const text of ['192.168.7.9:8080', '[::ffff:192.168.7.9]:8080', '[::ffff:c0a8:709]:8080'])
      expect(route(list, text)).toBe('addresses');
    expect(route(list, '[FD00:0:0::0007]:8080')).toBe('addresses');
    for (const text of ['192.168.7.9:443', '192.168.7.8:8080', '[fd00::8]:8080'])
      expect(route(list, text)).toBe('refused');
  });

  test('allows a port of the machine itself by its name and both its addresses', () => {
    for (const here of ['localhost', '127.0.0.1', '[::1]']) {
      const list = rules(`${here}:8080`);
      for (const text of ['localhost', 'LOCALHOST.', '127.0.0.1', '[::1]', '[0:0:0:0:0:0:0:1]']) {
        expect(route(list, `${text}:8080`)).toBe('addresses');
        expect(route(list, `${text}:8081`)).toBe('refused');
      }
      for (const text of ['0.0.0.0', '127.0.0.2', '[::]', 'localhost.example.com'])
        expect(route(list, `${text}:8080`)).toBe('refused');
    }
  });

  test.each([
    '',
    '*',
    '*.com',
    '*.10.0.0.1',
    'https://api.example.com',
    'api.example.com/v1',
    'user@api.example.com',
    'api..example.com',
    'api.example.com:0',
    'api.example.com:65536',
    'api.*.com',
    'bücher.example',
    '::1',
    '[fe80::1%eth0]:80',
    '127.1',
    '2130706433',
    '0x7f.0.0.1',
    '0x7f000001',
    '010.0.0.1',
    'localhost',
    '127.0.0.1',
    'localhost:80',
  ])('does not take %j', (text) => expect(readHostRule(text)).toHaveProperty('problem'));

  test('takes no spelling of an address for a name', () => {
    const list = rules('*.example.com', 'example.com');
    for (const text of ['127.1:443', '2130706433:443', '0x7f.1:443', '0177.0.0.1:443', 'example.com.1:443'])
      expect(readTarget(text)).toBeUndefined();
    for (const text of ['a@b:1', 'a b:1', 'a\r\nb:1', '[::1:1', '::1:1', 'a:', 'a', ':1', 'a:1:2', 'a:99999'])
      expect(readTarget(text)).toBeUndefined();
    expect(route(list, '93.184.216.34:443')).toBe('refused');
  });
});

describe('what a name resolves to', () => {
  const text = (bytes: readonly number[]) => bytes.join('.');
  const four = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
  const list = rules('api.example.com', 'localhost:8080', '10.1.2.3', '[fd00::7]:443');

  test('is reached where it is public', () => {
    for (const address of ['93.184.216.34', '8.8.8.8', '2606:4700::1111', '64:ff9b::808:808'])
      expect(reachable(list, 443, [address])).toEqual([address]);
  });

  test.each([
    '0.0.0.0',
    '10.1.2.4',
    '100.100.100.200',
    '127.0.0.1',
    '127.8.8.8',
    '169.254.169.254',
    '172.31.0.1',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:169.254.169.254',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '2001:0:7f00:1::',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    'no address',
  ])('is not at %s', (address) => expect(reachable(list, 443, [address])).toEqual([]));

  test('is reached elsewhere only where the list names it with its port', () => {
    expect(reachable(list, 443, ['10.1.2.3', '10.1.2.4', 'fd00::7'])).toEqual(['10.1.2.3', 'fd00::7']);
    expect(reachable(list, 80, ['10.1.2.3', 'fd00::7'])).toEqual([]);
    expect(reachable(list, 8080, ['127.0.0.1', '127.0.0.2', '::1'])).toEqual(['127.0.0.1', '::1']);
  });

  test('is judged alike in both versions', () => {
    const translated = (bytes: readonly number[]) => {
      const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
      return `64:ff9b::${hex.slice(0, 4)}:${hex.slice(4)}`;
    };
    fc.assert(
      fc.property(four, (bytes) => {
        const plain = parseAddress(text(bytes))!;
        expect(parseAddress(`::ffff:${text(bytes)}`)).toEqual(plain);
        expect(isPublic(parseAddress(translated(bytes))!)).toBe(isPublic(plain));
        const isOwn = bytes[0] === 10 || bytes[0] === 127 || bytes[0]! >= 224;
        if (isOwn) expect(isPublic(plain)).toBe(false);
      }),
    );
  });

  test('is read back as it was written', () => {
    const sixteen = fc.array(fc.nat(255), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(sixteen, fc.nat(7), fc.nat(8), (bytes, from, length) => {
        const own = bytes.map((byte, i) => (i >= 2 * from && i < 2 * (from + length) ? 0 : byte));
        const groups = Array.from({ length: 8 }, (_, i) =>
          ((own[2 * i]! << 8) | own[2 * i + 1]!).toString(16),
        );
        expect(parseAddress(groups.join(':'))).toEqual(own);
        const until = Math.min(8, from + Math.max(1, length));
        if (groups.slice(from, until).every((group) => group === '0'))
          expect(
            parseAddress(`${groups.slice(0, from).join(':')}::${groups.slice(until).join(':')}`),
          ).toEqual(own);
      }),
    );
  });
});
