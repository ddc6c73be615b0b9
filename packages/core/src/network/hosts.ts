// Which hosts may be reached: a list of names, addresses and ports of the machine itself, as `workspaces.network` has it, and what it says
// of one that somebody wants to reach. A name is allowed by a name, but where it leads is looked at, too: what it resolves to must be public, or
// be named as an address itself. So nobody's name server opens the way into a private network.

import { type Address, isPublic, parseAddress, sameAddress } from './address.js';

export type HostRule =
  | { readonly kind: 'name'; readonly name: string; readonly port: number }
  /** Every name beneath this one, but not itself. */
  | { readonly kind: 'beneath'; readonly name: string; readonly port: number }
  | { readonly kind: 'address'; readonly address: Address; readonly port: number }
  /** A port of the machine's own loopback, as `localhost:8080`. */
  | { readonly kind: 'here'; readonly port: number };

/** Who somebody wants to reach. A name is in small letters, without a dot at its end. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

export type Route =
  /** One of these addresses, in this order. */
  | { readonly kind: 'addresses'; readonly addresses: readonly string[] }
  /** What this name resolves to, as far as `reachable` allows it. */
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'refused' };

/** Encrypted HTTP. */
const USUAL_PORT = 443;
/** Programs in a sandbox may not listen on ports below, so nothing there can stand for one of the machine's. */
const FIRST_FREE_PORT = 1024;

/** One item of the list: `api.example.com`, `*.example.com:8443`, `192.0.2.7:80`, `[2001:db8::7]:80`, `localhost:8080`. What is wrong with it, else. */
export function readHostRule(text: string): HostRule | { readonly problem: string } {
  const isBeneath = text.startsWith('*.');
  const target = readTarget(isBeneath ? text.slice(2) : text, USUAL_PORT);
  if (target === undefined || (isBeneath && (isAddress(target.host) || !target.host.includes('.'))))
    return { problem: 'must be a host such as api.example.com, *.example.com:8443 or localhost:8080' };
  const { host, port } = target;
  if (isBeneath) return { kind: 'beneath', name: host, port };
  if (!isHere(host)) {
    const address = parseAddress(host);
    return address === undefined ? { kind: 'name', name: host, port } : { kind: 'address', address, port };
  }
  if (!/:\d+$/.test(text)) return { problem: `must name a port of this machine, as ${text}:8080` };
  if (port < FIRST_FREE_PORT)
    return { problem: `names a port below ${FIRST_FREE_PORT}, which no sandbox can have` };
  return { kind: 'here', port };
}

/** `host:port` as in a CONNECT or a URL; undefined where it is none. A port that is left out is `usual`; without one it must be there. */
export function readTarget(text: string, usual?: number): Target | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^[\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const port = digits === undefined ? usual : Number(digits);
  if (port === undefined || port < 1 || port > 65_535) return undefined;
  if (bracketed !== undefined)
    return bracketed.includes(':') && isAddress(bracketed)
      ? { host: bracketed.toLowerCase(), port }
      : undefined;
  const host = (plain ?? '').toLowerCase().replace(/\.$/, '');
  return isAddress(host) || isName(host) ? { host, port } : undefined;
}

const isAddress = (host: string): boolean => parseAddress(host) !== undefined;

/** As people write it, to be looked for in the list. */
export const targetText = ({ host, port }: Target): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Letters, digits, hyphens and underscores between dots. A last part that is a number makes it an address in one of its other spellings. */
function isName(host: string): boolean {
  const parts = host.split('.');
  return (
    host.length <= 253 &&
    parts.every((part) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/.test(part)) &&
    !/^(?:\d+|0x[0-9a-f]*)$/.test(parts.at(-1)!)
  );
}

/** The machine itself, in the three spellings that people use. */
const isHere = (host: string): boolean => {
  const address = parseAddress(host);
  return host === 'localhost' || (address !== undefined && isOwn(address));
};
const HERE = ['127.0.0.1', '::1'];
const OWN = HERE.map((text) => parseAddress(text)!);
const isOwn = (address: Address): boolean => OWN.some((own) => sameAddress(own, address));

/** The way to a target, where the list allows it. */
export function routeTo(rules: readonly HostRule[], target: Target): Route {
  const { host, port } = target;
  if (isHere(host))
    return namesHere(rules, port) ? { kind: 'addresses', addresses: HERE } : { kind: 'refused' };
  const address = parseAddress(host);
  if (address !== undefined)
    return namesAddress(rules, address, port)
      ? { kind: 'addresses', addresses: [host] }
      : { kind: 'refused' };
  return rules.some((rule) => namesName(rule, host) && rule.port === port)
    ? { kind: 'name', name: host }
    : { kind: 'refused' };
}

/** Of what an allowed name resolves to, what may be connected to: what is public, or in the list by itself. */
export const reachable = (
  rules: readonly HostRule[],
  port: number,
  resolved: readonly string[],
): readonly string[] =>
  resolved.filter((text) => {
    const address = parseAddress(text);
    if (address === undefined) return false;
    if (isOwn(address)) return namesHere(rules, port);
    return isPublic(address) || namesAddress(rules, address, port);
  });

const namesHere = (rules: readonly HostRule[], port: number): boolean =>
  rules.some((rule) => rule.kind === 'here' && rule.port === port);

const namesAddress = (rules: readonly HostRule[], address: Address, port: number): boolean =>
  rules.some((rule) => rule.kind === 'address' && rule.port === port && sameAddress(rule.address, address));

function namesName(rule: HostRule, host: string): boolean {
  if (rule.kind === 'name') return rule.name === host;
  return rule.kind === 'beneath' && host.endsWith(`.${rule.name}`);
}
