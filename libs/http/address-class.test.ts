import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AddressClass, addressClassOf } from './address-class.ts';

/** Before the range, its first, its last, behind it; undefined where there is none that is of another range. */
type Edges = readonly [
  before: string | undefined,
  first: string,
  last: string,
  behind: string | undefined,
];
const F = 'ffff:ffff';
const ranges: readonly (readonly [AddressClass, Edges])[] = [
  ['reserved', [undefined, '0.0.0.0', '0.255.255.255', '1.0.0.0']],
  ['loopback', ['126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0']],
  ['reserved', ['169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0']],
  ['reserved', ['223.255.255.255', '224.0.0.0', '255.255.255.255', undefined]],
  ['metadata', ['100.100.100.199', '100.100.100.200', '100.100.100.200', '100.100.100.201']],
  ['metadata', ['168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17']],
  ['metadata', ['192.0.0.191', '192.0.0.192', '192.0.0.192', '192.0.0.193']],
  ['metadata', ['fd00:ec2::253', 'fd00:ec2::254', 'fd00:ec2::254', 'fd00:ec2::255']],
  ['metadata', ['fd00:ec2::22', 'fd00:ec2::23', 'fd00:ec2::23', 'fd00:ec2::24']],
  ['metadata', ['fd20:ce::253', 'fd20:ce::254', 'fd20:ce::254', 'fd20:ce::255']],
  ['reserved', [undefined, '::', '::', undefined]],
  ['loopback', [undefined, '::1', '::1', undefined]],
  ['reserved', [undefined, '::2', `::${F}`, '::1:0:0']],
  ['tunnel', [`::fffe:${F}`, '::ffff:0:0', `::ffff:${F}`, '::1:0:0:0']],
  ['tunnel', [`::fffe:${F}:${F}`, '::ffff:0:0:0', `::ffff:0:${F}`, '::ffff:1:0:0']],
  ['usual', ['64:ff9a::', '64:ff9b::100:0', '64:ff9b::dfff:ffff', '64:ff9b::1:0:0']],
  ['tunnel', [undefined, '64:ff9b::', '64:ff9b::ff:ffff', '64:ff9b::100:0']],
  [
    'tunnel',
    [`64:ff9b:0:${F}:${F}:ffff`, '64:ff9b:1::', `64:ff9b:1:${F}:${F}:ffff`, '64:ff9b:2::'],
  ],
  ['reserved', [`ff:${F}:${F}:${F}:ffff`, '100::', `100::${F}:${F}`, '100:0:0:1::']],
  ['tunnel', [`2000:${F}:${F}:${F}:ffff`, '2001::', `2001:0:${F}:${F}:${F}`, '2001:1::']],
  ['tunnel', [`2001:${F}:${F}:${F}:ffff`, '2002::', `2002:${F}:${F}:${F}:ffff`, '2003::']],
  ['reserved', [`fe7f:${F}:${F}:${F}:ffff`, 'fe80::', `febf:${F}:${F}:${F}:ffff`, undefined]],
  ['reserved', [undefined, 'fec0::', `feff:${F}:${F}:${F}:ffff`, undefined]],
  ['reserved', [undefined, 'ff00::', `ffff:${F}:${F}:${F}:ffff`, undefined]],
];
for (const [kind, [before, first, last, behind]] of ranges) {
  test(`from ${first} to ${last} an address is ${kind}, and none outside`, () => {
    assert.equal(addressClassOf(first), kind);
    assert.equal(addressClassOf(last), kind);
    for (const outside of [before, behind]) {
      if (outside !== undefined) assert.equal(addressClassOf(outside), 'usual', outside);
    }
  });
}

test('the address of a cloud is one of its metadata in the range of link-local ones, too', () => {
  assert.equal(addressClassOf('169.254.169.254'), 'metadata');
  assert.equal(addressClassOf('169.254.169.253'), 'reserved');
});

for (const address of [
  '10.0.0.1',
  '172.16.0.1',
  '192.168.255.255',
  '100.64.0.0',
  '100.127.255.255',
  '192.0.0.1',
  '2001:db8::1',
  'fd00::1',
  'fc00::1',
  '64:ff9b::192.168.1.20',
]) {
  test(`${address} is usual`, () => assert.equal(addressClassOf(address), 'usual'));
}

for (const address of [
  '::ffff:10.0.0.1',
  '::FFFF:a00:1',
  '0:0:0:0:0:ffff:0a00:0001',
  '::ffff:127.0.0.1',
  '::ffff:0:10.0.0.1',
  '2002:a00:1::1',
  '2002:7f00:1::',
  '64:ff9b::127.0.0.1',
  '64:ff9b::169.254.169.254',
  '64:ff9b::100.100.100.200',
  '64:ff9b::a83f:8110',
  '64:ff9b:1::10.0.0.1',
  '2001:0:4136:e378:8000:63bf:3fff:fdd2',
]) {
  test(`${address} stands for another address`, () => {
    assert.equal(addressClassOf(address), 'tunnel');
  });
}

test('what is no address, or has a zone, is reserved', () => {
  for (const text of ['', 'camera.lan', '1.2.3', '0x7f.1', 'fe80::1%eth0', '[::1]']) {
    assert.equal(addressClassOf(text), 'reserved', text);
  }
});
