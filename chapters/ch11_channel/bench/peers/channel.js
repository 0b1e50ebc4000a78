// Chapter 11 · benchmark: Node's own process.send() and 'message'. See server.h for what is asked.
'use strict';
const { fork } = require('node:child_process');
const { writeSync } = require('node:fs');
const { createInterface } = require('node:readline');

const [serialization, size] = process.argv.slice(2);
if (serialization === 'child') {
  process.on('message', (m) => m.cmd === '?' && process.send(m));
  return;
}
const child = fork(__filename, ['child'], { serialization });
const message = (cmd) => ({ cmd, text: 'x'.repeat(Number(size) - 22) });
const tell = message('.');
const ask = message('?');

const answer = () => new Promise((done) => child.once('message', done));

async function stream(left) {
  while (--left > 0) {
    // When it says stop, wait until the last one is gone.
    if (!child.send(tell)) await new Promise((done) => child.send(tell, done) || --left);
  }
  child.send(ask);
  await answer();
}

async function pingPong(left) {
  for (; left > 0; --left) {
    child.send(ask);
    await answer();
  }
}

(async () => {
  writeSync(1, 'ready\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const [what, count] = line.split(' ');
    const begin = process.hrtime.bigint();
    await (what === 'stream' ? stream : pingPong)(Number(count));
    writeSync(1, `${process.hrtime.bigint() - begin}\n`);
  }
  child.disconnect();
})();
