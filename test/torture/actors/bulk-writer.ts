import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

const IN_FLIGHT = 200;
const OPEN = '{"v":1,"id":"open","type":"session.open","payload":{"name":"bulk"}}\n';
const ACKNOWLEDGED = /"ok":true/g;

/** Writes as many events as it may, so fast that nothing is kept of them but their number. */
export class BulkWriter {
  acknowledged = 0;
  #socket: Socket;
  #sessionId: string;
  #sent = 0;

  static async open(path: string): Promise<BulkWriter> {
    const socket = createConnection(path).setEncoding('latin1');
    socket.on('error', () => {});
    socket.write(OPEN);
    const [reply] = await once(socket, 'data');
    return new BulkWriter(socket, JSON.parse(String(reply)).payload.session.session_id);
  }

  constructor(socket: Socket, sessionId: string) {
    this.#socket = socket;
    this.#sessionId = sessionId;
  }

  /** Resolves when so many more are acknowledged, or the connection is gone. */
  write(events: number): Promise<void> {
    const end = this.acknowledged + events;
    const socket = this.#socket;
    return new Promise((resolve) => {
      let rest = '';
      const onData = (text: string): void => {
        const lines = rest + text;
        const whole = lines.lastIndexOf('\n') + 1;
        rest = lines.slice(whole);
        this.acknowledged += lines.slice(0, whole).match(ACKNOWLEDGED)?.length ?? 0;
        if (this.acknowledged < end) return this.#fill(end);
        socket.off('data', onData);
        resolve();
      };
      socket.on('data', onData);
      socket.once('close', () => resolve());
      this.#fill(end);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fill(end: number): void {
    const until = Math.min(end, this.acknowledged + IN_FLIGHT);
    let lines = '';
    for (; this.#sent < until; this.#sent += 1) {
      const event = `{"event_type":"status_update","message":"event ${this.#sent}"}`;
      lines += `{"v":1,"id":"e","type":"session.emit","payload":{"session_id":"${this.#sessionId}","event":${event}}}\n`;
    }
    if (lines !== '') this.#socket.write(lines);
  }
}
