import type { ConnectTransport, Transport, TransportEvents } from '../../src/index.ts';

/** Both ends of a transport without a socket: the test is the daemon. */
export class MemoryTransport implements Transport {
  readonly written: string[] = [];
  events: TransportEvents | undefined;
  paused = false;
  full = false;

  readonly connect: ConnectTransport = (events) => {
    this.events = events;
    return Promise.resolve(this);
  };

  write(line: string): boolean {
    this.written.push(line);
    return !this.full;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  close(): void {
    const { events } = this;
    this.events = undefined;
    events?.onClose();
  }

  /** What the daemon writes. The bytes are overwritten afterwards, as a transport may do. */
  deliver(bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.events?.onBytes(copy);
    copy.fill(0);
  }
}
