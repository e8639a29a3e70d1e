/** What a transport tells the connection above it. */
export interface TransportEvents {
  /** The bytes are used before this returns; the transport may overwrite them then. */
  onBytes(bytes: Uint8Array): void;
  /** There is room again after a `write` that returned false. */
  onDrain(): void;
  /** Once, when nothing more can come or go; also after `close`. */
  onClose(cause?: Error): void;
}

/** An open way to a daemon: ordered, reliable bytes in both directions. */
export interface Transport {
  /**
   * Sends one line of ASCII, its end included. Lines of one turn of the loop may leave together.
   * @returns false when it is full: the line is taken, but no other should be given before `onDrain`.
   */
  write(line: string): boolean;
  /** Stops reading, so that the other side has to wait. */
  pause(): void;
  resume(): void;
  /** Ends at once; what was not sent yet is lost. */
  close(): void;
}

/**
 * Opens a transport. Rejects with a `ClientError` that says what to do, or when the signal aborts. `onBytes` is not
 * called before the promise has resolved.
 */
export type ConnectTransport = (events: TransportEvents, signal: AbortSignal) => Promise<Transport>;
