// Chapter 4 · benchmark: the spawn as Node's child_process does it. See server.h for what is asked.
'use strict';
const { spawn } = require('node:child_process');
const { openSync, writeSync } = require('node:fs');
const { createInterface } = require('node:readline');

const [program, mebibytes] = process.argv.slice(2);
// Touched, and hung on globalThis: what nothing refers to, the collector gives back.
globalThis.ballast = [];
for (let left = Number(mebibytes); left > 0; left -= 64) {
  globalThis.ballast.push(Buffer.alloc(Math.min(left, 64) << 20, 1));
}
const stdio = [0, 1, 2].map(() => openSync('/dev/null', 'r+'));

const once = () => new Promise((done) => {
  spawn(program, [], { stdio }).on('exit', (code) => {
    if (code !== 0) throw new Error('the program did not exit with 0');
    done();
  });
});

(async () => {
  writeSync(1, 'ready\n');
  for await (const line of createInterface({ input: process.stdin })) {
    const begin = process.hrtime.bigint();
    for (let left = Number(line); left > 0; --left) await once();
    writeSync(1, `${process.hrtime.bigint() - begin}\n`);
  }
})();
