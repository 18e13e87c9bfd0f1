import { BlockList, isIP } from 'node:net';

/**
 * What an IP address is, as far as it matters to whether this machine may connect to it on somebody else's
 * word: `loopback` is this machine, `metadata` the cloud that it runs in, `tunnel` an IPv6 address that
 * stands for an IPv4 one by way of a relay or a translator, `reserved` one of no single device.
 */
export type AddressClass = 'loopback' | 'metadata' | 'tunnel' | 'reserved' | 'usual';

type Family = 'ipv4' | 'ipv6';
/** Network, length of its prefix, and where it is defined. */
type Range = readonly [network: string, prefix: number, source: string];

/** Every range that is not `usual`, the narrower before the wider. */
const ADDRESS_RANGES: Readonly<Record<Exclude<AddressClass, 'usual'>, readonly Range[]>> = {
  loopback: [
    ['127.0.0.0', 8, 'RFC 1122 §3.2.1.3'],
    ['::1', 128, 'RFC 4291 §2.5.3'],
  ],
  metadata: [
    ['169.254.169.254', 32, 'most clouds'],
    ['100.100.100.200', 32, 'Alibaba Cloud'],
    ['168.63.129.16', 32, 'Azure'],
    ['192.0.0.192', 32, 'Oracle Cloud'],
    ['fd00:ec2::254', 128, 'AWS'],
    ['fd00:ec2::23', 128, 'AWS, credentials of pods'],
    ['fd20:ce::254', 128, 'Google Cloud'],
  ],
  tunnel: [
    ['2002::', 16, '6to4, RFC 3056'],
    ['2001::', 32, 'Teredo, RFC 4380'],
    ['64:ff9b:1::', 48, 'local-use NAT64, RFC 8215'],
    ['::ffff:0:0:0', 96, 'IPv4-translated, RFC 2765 §2.1'],
    ['::ffff:0:0', 96, 'IPv4-mapped, RFC 4291 §2.5.5.2'],
  ],
  reserved: [
    ['0.0.0.0', 8, 'unspecified and this network, RFC 1122 §3.2.1.3'],
    ['169.254.0.0', 16, 'link-local, RFC 3927'],
    ['224.0.0.0', 3, 'multicast, reserved, broadcast, RFC 5771, RFC 1112'],
    ['::', 96, 'unspecified and IPv4-compatible, RFC 4291 §2.5.5.1'],
    ['100::', 64, 'discard-only, RFC 6666'],
    ['fe80::', 10, 'link-local, RFC 4291 §2.5.6'],
    ['fec0::', 10, 'site-local, deprecated by RFC 3879'],
    ['ff00::', 8, 'multicast, RFC 4291 §2.7'],
  ],
};

/** NAT64 by the well-known prefix (RFC 6052 §2.1): as reachable as the IPv4 address in its last 32 bits. */
const NAT64_PREFIX = ['64:ff9b::', 96] as const;

const KINDS = ['loopback', 'metadata', 'tunnel', 'reserved'] as const;
/** By family: one BlockList of both would take an IPv4 address for the IPv4-mapped one. */
const LISTS = { ipv4: listsOf('ipv4'), ipv6: listsOf('ipv6') } as const;
const NAT64 = new BlockList();
NAT64.addSubnet(...NAT64_PREFIX, 'ipv6');

/** The class of an address; what is no IP address, or has a zone, is `reserved`. */
export function addressClassOf(address: string): AddressClass {
  if (isIP(address) === 0 || address.includes('%')) return 'reserved';
  const family = familyOf(address);
  if (family === 'ipv6' && NAT64.check(address, 'ipv6')) {
    const embedded = addressClassOf(embeddedIpv4(address));
    return embedded === 'usual' ? 'usual' : 'tunnel';
  }
  return LISTS[family].find(([, list]) => list.check(address, family))?.[0] ?? 'usual';
}

function listsOf(family: Family): readonly (readonly [AddressClass, BlockList])[] {
  return KINDS.map((kind) => {
    const list = new BlockList();
    for (const [network, prefix] of ADDRESS_RANGES[kind]) {
      if (familyOf(network) === family) list.addSubnet(network, prefix, family);
    }
    return [kind, list];
  });
}

function familyOf(address: string): Family {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6';
}

/** In brackets, as URLs write it: small letters, shortened, without dots. */
function canonical(address: string): string {
  return new URL(`http://[${address}]/`).hostname;
}

/** The last 32 bits of an IPv6 address, dotted. */
function embeddedIpv4(address: string): string {
  const [high = '0', low = '0'] = canonical(address).slice(1, -1).split(':').slice(-2);
  const bits = ((Number.parseInt(high || '0', 16) << 16) | Number.parseInt(low || '0', 16)) >>> 0;
  return [bits >>> 24, (bits >>> 16) & 255, (bits >>> 8) & 255, bits & 255].join('.');
}
