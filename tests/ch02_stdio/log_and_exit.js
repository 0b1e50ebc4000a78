// console.log instead of process.stdout.write: is it synchronous? It is what stdout is.
const fs = require('fs');
console.log('x'.repeat(1_000_000 - 1));
const kept = process.stdout.writableLength || 0;
fs.writeSync(2, `${1_000_000 - kept} ${kept}\n`);
process.exit();
