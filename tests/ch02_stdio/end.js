// Does end() throw? Does 'finish' come? Is descriptor 1 closed by it? Tells on stderr.
const fs = require('fs');
const said = [];
process.stdout.on('finish', () => said.push('finish'));
try {
  const same = process.stdout.end('bye\n') === process.stdout;
  said.push(same ? 'returned' : 'returned something else');
} catch (error) {
  said.push('threw ' + error.code);
}
process.on('exit', () => {
  try {
    fs.fstatSync(1);
    said.push('open');
  } catch (error) {
    said.push(error.code);
  }
  fs.writeSync(2, said.join(' ') + '\n');
});
