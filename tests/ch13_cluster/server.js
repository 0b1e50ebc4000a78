// tests/ch13 · a Node.js program that knows nothing of proclab. node server.js [HOST | PATH]
//
// Each answer says which worker gave it. /leave, /kill, /throw end the worker in one of Node's ways.
'use strict';
const cluster = require('cluster');
const http = require('http');

const server = http.createServer((request, response) => {
  response.end(`worker ${cluster.worker.id} pid ${process.pid}\n`);
  if (request.url === '/leave') cluster.worker.disconnect();
  if (request.url === '/kill') cluster.worker.kill();
  if (request.url === '/throw') setImmediate(() => process.exit(7));
});
server.on('error', (error) => {
  process.send({error: error.code});
  cluster.worker.disconnect();
});
cluster.worker.on('disconnect', () => server.closeAllConnections());
process.on('message', (message) => {
  if (message === 'second') {
    const other = http.createServer((q, r) => r.end(`worker ${cluster.worker.id} second\n`));
    other.listen(0, '127.0.0.1', () => process.send({second: other.address().port}));
  } else if (message === 'udp') {
    const socket = require('dgram').createSocket('udp4');
    socket.on('message', (text, from) => socket.send(`worker ${cluster.worker.id}`, from.port, from.address));
    socket.on('error', (error) => process.send({error: error.code}));
    socket.bind(0, '127.0.0.1', () => process.send({udp: socket.address().port}));
  } else {
    process.send({pong: message, primary: cluster.isPrimary});
  }
});
const where = process.argv[2];
if (where && where.includes('/')) server.listen(where);
else server.listen(Number(process.argv[3] || 0), where || '127.0.0.1');
