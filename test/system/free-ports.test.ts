import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { freePorts } from './free-ports.ts';

test('gives ports that differ and that no outgoing connection of this machine has', async () => {
  const range = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const [firstOutgoing = 0] = range.split(/\s+/).map(Number);
  const [some, others] = await Promise.all([freePorts(100), freePorts(100)]);
  const ports = new Set([...some, ...others]);
  assert.equal(ports.size, 200);
  for (const port of ports) assert.ok(port > 1024 && port < firstOutgoing, `${port}`);
});

test('gives no port twice, also after it was used and left', async () => {
  const [port = 0] = await freePorts(1);
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
  const others = await freePorts(500);
  assert.ok(!others.includes(port));
});
