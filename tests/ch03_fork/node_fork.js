// tests/ch03 · what child_process.fork() of Node is: a fresh process. Run: node node_fork.js
'use strict';
const {fork} = require('node:child_process');

if (process.argv[2] === 'child') {
  process.send({
    global: typeof globalThis.setByParent,
    counter: require('./node_fork_counter.js').count,
    pid: process.pid,
    ppid: process.ppid,
  });
  process.disconnect();
} else {
  globalThis.setByParent = 42;
  const module = require('./node_fork_counter.js');
  module.count += 41;
  const child = fork(__filename, ['child']);
  child.on('message', (seen) => {
    console.log(`global: ${typeof globalThis.setByParent} here, ${seen.global} there`);
    console.log(`module: ${module.count} here, ${seen.counter} there`);
    console.log(`pid: ${seen.pid !== process.pid ? 'another' : 'the same'}`);
    console.log(`parent: ${seen.ppid === process.pid ? 'this one' : 'somebody else'}`);
  });
}
