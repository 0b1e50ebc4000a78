// The browser's puzzle in Node: the line is formatted inside console.log.
const i = { index: 1 };
console.log(i);
i.index++;
