// tests/ch13 · a real Node.js primary over workers that are C++. node primary.js WORKER rr|none json|advanced
'use strict';
const cluster = require('cluster');
const http = require('http');
const [worker, policy, serialization] = process.argv.slice(2);

cluster.schedulingPolicy = policy === 'rr' ? cluster.SCHED_RR : cluster.SCHED_NONE;
process.execPath = worker;  // what cluster.fork() starts in node's place
cluster.setupPrimary({exec: 'x', args: ['--port', '0', '--host', '127.0.0.1'], execArgv: [], serialization,
  stdio: ['ignore', 'ignore', 'inherit', 'ipc']});

const lines = [];
const say = (...words) => lines.push(words.join(' '));
const get = (port) => new Promise((resolve) => {
  http.get({port, host: '127.0.0.1', agent: false}, (response) => {
    let text = '';
    response.on('data', (data) => text += data).on('end', () => resolve(text));
  }).on('error', (error) => resolve(error.code));
});

let ready = 0;
for (let i = 0; i < 2; ++i) {
  const one = cluster.fork();
  one.on('online', () => say('online', one.id));
  one.on('listening', ({port}) => {
    say('listening', one.id);
    if (++ready === 2) serve(port);
  });
  one.on('disconnect', () => say('disconnect', one.id));
  one.on('exit', (code, signal) => say('exit', one.id, code, signal, one.exitedAfterDisconnect));
}

async function serve(port) {
  for (let i = 0; i < 6; ++i) {
    const text = await get(port);
    say(policy === 'rr' ? text.slice(0, 8) : text.slice(0, 6));
  }
  const second = cluster.workers[2];
  second.on('exit', async () => {
    say((await get(port)).slice(0, 8));
    cluster.disconnect();
  });
  if (process.platform === 'win32') second.disconnect();  // no signal is heard there
  else process.kill(second.process.pid, 'SIGTERM');  // leaves by its own wish
}

process.on('exit', () => console.log(lines.sort().join('\n')));
