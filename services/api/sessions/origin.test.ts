import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { checkOrigin } from './origin.ts';

const ALLOWED = ['https://desk.example'];

/** A request that came to https://vms.example with these headers. */
function isTaken(headers: Record<string, string>, protocol: 'http' | 'https' = 'https'): boolean {
  const request = { headers, host: 'vms.example', protocol } as unknown as FastifyRequest;
  try {
    checkOrigin(request, ALLOWED, { required: true });
    return true;
  } catch (error) {
    assert.equal((error as { code?: unknown }).code, 'auth.origin-not-allowed');
    return false;
  }
}

test('a page of the same host without TLS is another site, and the one that is configured is not', () => {
  assert.ok(isTaken({ origin: 'https://vms.example' }));
  assert.ok(!isTaken({ origin: 'http://vms.example' }));
  assert.ok(isTaken({ origin: 'http://vms.example' }, 'http'));
  assert.ok(!isTaken({ origin: 'https://vms.example', 'sec-fetch-site': 'cross-site' }));
  assert.ok(isTaken({ origin: 'https://desk.example', 'sec-fetch-site': 'cross-site' }));
  assert.ok(!isTaken({ origin: 'null' }));
});
