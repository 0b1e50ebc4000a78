// tests/ch12 · a child of fork() that is a real Node.js.
'use strict';
process.send({ argv: process.argv.slice(2), execArgv: process.execArgv });
process.on('message', (message, handle) => {
  if (message === 'leave') {
    process.stdout.write('leaving\n');
    process.exitCode = 5;
    process.disconnect();
  } else if (message === 'server') {
    handle.on('connection', (client) => client.end('by node'));
    process.send('serving');
  } else {
    process.send(message);
  }
});
