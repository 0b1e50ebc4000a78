// A writer for late_reader: 1 MB, the report, and process.exit() with whatever is still pending.
const fs = require('fs');
const size = 1_000_000;
process.stdout.write('x'.repeat(size));
const kept = process.stdout.writableLength || 0;  // a file's stream has no such thing: nothing waits
fs.writeSync(2, `${size - kept} ${kept}\n`);
process.exit();
