// Chapter 13 · benchmark: Node's own cluster, and its worker. node cluster.js rr|none|worker PORT MICROSECONDS
'use strict';
const cluster = require('cluster');
const http = require('http');
const [role, port, compute] = process.argv.slice(2);

if (cluster.isPrimary && role !== 'worker') {
  cluster.schedulingPolicy = role === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE;
  for (let i = 0; i < 2; ++i) cluster.fork();
} else {
  http.createServer((request, response) => {
    if (compute > 0) {
      const until = process.hrtime.bigint() + BigInt(compute) * 1000n;
      while (process.hrtime.bigint() < until) {}
    }
    response.end('worker 1 pid 12345\n');
  }).listen(Number(port), '127.0.0.1', () => console.log('listens'));
}
