// tests/interop · what a C++ parent starts: node child.js echo|bytes|wait|leave
'use strict';
switch (process.argv[2]) {
  case 'echo':
    process.on('message', (message) => process.send(message));
    break;
  case 'bytes':  // 'advanced' only: what each arrives as at the other side
    process.on('message', () => {
      process.send([Buffer.from('ab'), new Uint8Array([1, 2]), new Uint8Array([3]).buffer]);
    });
    break;
  case 'wait':  // the parent disconnects first
    process.on('message', (message) => process.send(message));
    process.on('disconnect', () => process.exit(7));
    break;
  case 'leave':  // we do
    process.on('message', (message) => process.send(message, () => process.disconnect()));
    break;
}
