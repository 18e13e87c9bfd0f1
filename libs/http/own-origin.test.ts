import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOwnOrigin } from './own-origin.ts';

const HOST = 'vms.example:8443';

test('a page is ours where it came by our host, and by TLS where the request did', () => {
  const cases: [string, 'http' | 'https', string | undefined, boolean][] = [
    ['https://vms.example:8443', 'https', undefined, true],
    ['https://VMS.example:8443', 'https', 'same-site', true],
    ['http://vms.example:8443', 'https', undefined, false],
    ['https://vms.example:8443', 'https', 'cross-site', false],
    // A proxy with TLS that does not say so.
    ['https://vms.example:8443', 'http', undefined, true],
    ['http://vms.example:8443', 'http', undefined, true],
    ['http://vms.example:8443', 'http', 'cross-site', false],
    ['https://vms.example', 'https', undefined, false],
    ['https://vms.example.evil:8443', 'https', undefined, false],
    ['ftp://vms.example:8443', 'http', undefined, false],
    ['null', 'https', undefined, false],
    ['', 'http', undefined, false],
  ];
  for (const [origin, protocol, site, isOurs] of cases) {
    const headers = site === undefined ? {} : { 'sec-fetch-site': site };
    assert.equal(isOwnOrigin(origin, { headers, host: HOST, protocol }), isOurs, origin);
  }
});
