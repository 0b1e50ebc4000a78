// tests/ch11 · Node's own channel, with its other end open to bytes: node relay.js send|receive json|advanced
//
//   send     sends some thousand values; what Node puts on the wire goes to stdout, and each value as JSON to stderr
//   receive  what comes on stdin is put on the wire; each message that Node makes of it goes to stdout as JSON
'use strict';
const {spawn} = require('child_process');
const [role, serialization] = process.argv.slice(2);

// The child is cat: descriptor 3 is the channel.
const child = spawn(
    'sh', ['-c', role === 'send' ? 'exec cat <&3' : 'exec cat >&3'],
    {stdio: [role === 'send' ? 'ignore' : 'inherit', 'inherit', 'inherit', 'ipc'], serialization});

// What a C++ Value keeps of a value: bytes are bytes.
const asJson = (value) => JSON.stringify(
    value,
    (name, v) => v instanceof ArrayBuffer || v instanceof Uint8Array ? Buffer.from(v).toJSON() : v);

let seed = Number(process.env.SEED || 1);  // mulberry32
function random(below) {
  seed = (seed + 0x6D2B79F5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) % below;
}

function randomNumber() {
  const raw = new DataView(new ArrayBuffer(8));
  raw.setUint32(0, random(2 ** 32));
  raw.setUint32(4, random(2 ** 32));
  const any = raw.getFloat64(0);
  return [
    random(10), random(2 ** 32) - 2 ** 31, random(2 ** 32) * 2 ** 21, random(1000) / 8, any,
    1 / (1 + random(1e6))
  ][random(6)];
}

const pieces = [
  'a', 'text ', '"', '\\', '/', '\n', '\0', '\x1f', '\x7f', 'é', 'ÿ', 'Ā', '你好', '\u2028',
  '\uFEFF', '🌍', '\ud800', '\udc00', '0123456789'.repeat(5)
];
const randomText = () =>
    Array.from({length: random(5)}, () => pieces[random(pieces.length)]).join('');

function randomBytes() {
  const bytes = Buffer.from(Array.from({length: random(9)}, () => random(256)));
  return [bytes, new Uint8Array(bytes), new Uint8Array(bytes).buffer][random(3)];
}

function randomValue(depth) {
  switch (random(depth > 0 ? 9 : 6)) {
    case 0: return null;
    case 1: return random(2) === 0;
    case 2: return randomNumber();
    case 3: return randomText();
    case 4: return serialization === 'json' ? 1.5 : randomBytes();
    case 5: return serialization === 'json' ? '' : [undefined, , randomNumber()];
    case 6: return Array.from({length: random(5)}, () => randomValue(depth - 1));  // holey, for V8
    case 7: return JSON.parse(JSON.stringify(Array.from({length: random(5)}, randomNumber)));
    default:
      return Object.fromEntries(Array.from(
          {length: random(5)},
          () => [random(8) === 0 ? random(100) : 'k' + randomText(), randomValue(depth - 1)]));
  }
}

if (role === 'send') {
  let left = Number(process.env.COUNT || 1000);
  (function next() {
    if (left-- === 0) return child.disconnect();
    const value = randomValue(4);
    process.stderr.write(asJson(value) + '\n');
    child.send(value, next);
  })();
} else {
  child.on('message', (value) => process.stdout.write(asJson(value) + '\n'));
}
