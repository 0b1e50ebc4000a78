// tests/ch12 · what Node's own child_process does with the same programs: beside.js HOW WORDS…
'use strict';
const { spawn, exec, spawnSync } = require('node:child_process');
const { constants } = require('node:os');
const [how, ...words] = process.argv.slice(2);
const say = (text) => process.stdout.write(text);
const ended = (code, signal) => (signal ? `signal ${constants.signals[signal]}` : `exit ${code}`);

({
  spawn() {
    const seen = [];
    const text = { stdout: '', stderr: '' };
    const child = spawn(words[0], words.slice(1));
    let started = false;
    child.on('spawn', () => { started = true; seen.push('spawn'); });
    child.on('error', () => seen.push('error'));
    child.on('exit', (code, signal) => seen.push(ended(code, signal)));
    child.on('close', (code, signal) => {
      seen.push(`close ${started ? ended(code, signal) : 'nothing'}`);
      say(`${seen.join(';')};${text.stdout}|${text.stderr}`);
    });
    for (const name of ['stdout', 'stderr']) child[name].on('data', (data) => { text[name] += data; });
    child.stdin.on('error', () => {});
    child.stdin.end('fed');
  },
  exec() {
    exec(words[0], (error, stdout, stderr) => say(`${error ? error.code : 0}|${stdout}|${stderr}`));
  },
  // The shell's child writes its pid, and sleeps. Is it there when the shell is gone, as a timeout would end it?
  'shell-child-survives'() {
    const child = exec('sleep 30 & echo $!; wait');
    child.stdout.once('data', (pid) => {
      child.once('exit', () => {
        try {
          process.kill(Number(pid), 'SIGKILL');
          say('alive');
        } catch {
          say('dead');
        }
      });
      child.kill();
    });
  },
  'close-after-disconnect'() {
    let closed = false;
    const child = spawn('/bin/cat', [], { stdio: ['pipe', 'ignore', 'ignore', 'ipc'] });
    child.on('close', () => { closed = true; });
    child.on('exit', () => setTimeout(() => say(closed ? 'comes' : 'never'), 200));
    child.disconnect();
    child.stdin.end();
  },
  'max-buffer'() {
    exec("printf '€€€€€€'", { maxBuffer: 5 }, (error, stdout) => say(Buffer.byteLength(stdout) > 5 ? 'more than 5 bytes of 5' : stdout));
  },
  'dev-stdout'() {
    exec('echo x > /dev/stdout', (error, stdout, stderr) => say(/No such device/.test(stderr) ? 'ENXIO' : stderr));
  },
  'sync-max-buffer'() {
    const { stdout } = spawnSync('head', ['-c', '100', '/dev/zero'], { maxBuffer: 10 });
    say(stdout.length > 10 ? 'more than 10 bytes of 10' : `${stdout.length}`);
  },
})[how]();
