// Chapter 12 · benchmark: the same by Node's child_process. A message says how often; the answer, how long it took.
'use strict';
const { spawn } = require('node:child_process');
const [program, kind] = process.argv.slice(2);

const once = () => new Promise((done, failed) => {
  const child = spawn(program, [], { stdio: kind });
  if (child.stdout) child.stdout.resume();
  if (child.stderr) child.stderr.resume();
  child.on('close', (code) => (code === 0 ? done() : failed(new Error('no exit 0'))));
});

process.on('message', async (count) => {
  const begin = process.hrtime.bigint();
  for (let left = count; left > 0; --left) await once();
  process.send(Number(process.hrtime.bigint() - begin));
});
