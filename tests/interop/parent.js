// tests/interop · a Node parent of a C++ child: node parent.js ECHO_CHILD json|advanced types|large|server|socket
// Prints "ok", or what was wrong, as its last line.
'use strict';
const net = require('net');
const { isDeepStrictEqual } = require('util');
const [execPath, serialization, check] = process.argv.slice(2);
const child = require('child_process').fork('module', [], { execPath, serialization });

let verdict = 'the child ended first';
function finish(what) {
  verdict = what;
  child.disconnect();
}
child.on('exit', (code, signal) => {
  if (verdict === 'ok' && code !== 0) verdict = `the child's end: code ${code}, signal ${signal}`;
  console.log(verdict);
  process.exit(verdict === 'ok' ? 0 : 1);
});

/// Sends all of them and wants them back.
function echo(values) {
  let next = 0;
  child.on('message', (message) => {
    if (!isDeepStrictEqual(message, { echo: values[next] })) {
      return finish(`${JSON.stringify(values[next]).slice(0, 60)} came back as ${JSON.stringify(message).slice(0, 60)}`);
    }
    if (++next === values.length) finish('ok');
  });
  values.forEach((value) => child.send(value));
}

/// Connects, and wants the child's greeting.
function greeted(port, done) {
  let text = '';
  net.connect(port, '127.0.0.1').setEncoding('utf8')
    .on('data', (data) => { text += data; })
    .on('error', (error) => finish(`client: ${error.message}`))
    .on('end', () => (text === `hello from ${child.pid}\n` ? done() : finish(`the greeting was ${JSON.stringify(text)}`)));
}

switch (check) {
  case 'types':
    echo([null, true, false, 0, 1, -1, 2 ** 31, 1.5, 1e21, 1e-7, 5e-324, '', 'é你🌍\u2028\n"\\', '\ud800', [], [1, [null, []]],
      {}, { a: { b: [1, 'x'] }, '': 0, 7: 'seven' }, { cmd: 'NODE_' }, new Array(3).fill(0)].concat(
      serialization === 'advanced' ? [Buffer.from([0, 255]), { deep: [Buffer.alloc(0)] }, NaN, -0, Infinity] : []));
    break;
  case 'large':
    echo(['x'.repeat(1 << 20), 'é'.repeat(1 << 19), Array.from({ length: 1 << 16 }, (_, i) => i), 'small']);
    break;
  case 'server': {
    const server = net.createServer(() => finish('the parent got the connection'));
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      child.send('server', server);
      child.on('message', () => server.close(() => greeted(port, () => finish('ok'))));
    });
    break;
  }
  case 'socket': {
    const server = net.createServer({ pauseOnConnect: true }, (socket) => child.send('socket', socket));
    server.listen(0, '127.0.0.1', () => greeted(server.address().port, () => server.close(() => finish('ok'))));
    break;
  }
}
