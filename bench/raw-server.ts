// The floor: an NDJSON echo as a plain programmer writes it. `node raw-server.ts SOCKET`.
import { createServer } from 'node:net';

const server = createServer((socket) => {
  let rest = '';
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { v, id, payload } = JSON.parse(line);
      socket.write(`${JSON.stringify({ v, id, ok: true, payload })}\n`);
    }
  });
});
server.listen(process.argv[2], () => console.log('ready'));
