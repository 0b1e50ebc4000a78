// Uses stdout, says so, and stays until stdin ends. What has become of O_NONBLOCK meanwhile?
process.stdout.write('hello\n');
require('fs').writeSync(2, 'ready\n');
process.stdin.resume();
