// The twin of write_and_exit.js: sets the code, and lets the loop run out of work. Then all is written.
const fs = require('fs');
const size = 1_000_000;
process.stdout.write('x'.repeat(size));
process.exitCode = 0;
process.on('exit', () => {
  const kept = process.stdout.writableLength || 0;
  fs.writeSync(2, `${size - kept} ${kept}\n`);
});
