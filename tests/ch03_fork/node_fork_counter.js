// tests/ch03 · a module with a state, for node_fork.js.
exports.count = 1;
