#!/usr/bin/env node
// Nothing is imported before the version is known: an old Node would fail on the first new piece of syntax instead.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  process.stderr.write(`proj: needs Node 22.13 or later, this is ${process.versions.node}\n`);
  process.exitCode = 70;
} else {
  import('../dist/main.js').then(
    ({ main }) => main(process.argv),
    (error) => {
      process.stderr.write(`proj: not built or not installed whole: ${error.message}\n`);
      process.exitCode = 70;
    },
  );
}
