import { type DaemonReloadReply, type DaemonStatus, ProtocolError } from '@proj/protocol';
import { timestamp, type Clock } from '../clock.ts';
import { LocalError } from '../errors.ts';
import { readConfigFile } from './config-file.ts';
import { compareSettings, type Settings, settingsOf } from './settings.ts';

/** The settings in force, and the file they come from. */
export class LiveConfig {
  #path: string;
  #clock: Clock;
  #settings: Settings;
  #loadedAt: string;
  #error: string | undefined;

  /** @throws LocalError `config_invalid` */
  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    this.#settings = settingsOf(readConfigFile(path));
    this.#loadedAt = timestamp(clock.now());
  }

  get settings(): Settings {
    return this.#settings;
  }

  get status(): DaemonStatus['config'] {
    const error = this.#error;
    return { path: this.#path, loaded_at: this.#loadedAt, ...(error !== undefined && { error }) };
  }

  /**
   * Reads the file again and puts in force what can change now.
   * @throws ProtocolError `not_configured` for a file that is not valid; the old settings stay, and the status says so.
   */
  reload(): DaemonReloadReply {
    const wanted = this.#read();
    const { changed, needsRestart } = compareSettings(this.#settings, wanted);
    const { durability } = this.#settings.journal;
    this.#settings = { ...wanted, journal: { ...wanted.journal, durability } };
    this.#loadedAt = timestamp(this.#clock.now());
    this.#error = undefined;
    return { changed, needs_restart: needsRestart };
  }

  #read(): Settings {
    try {
      return settingsOf(readConfigFile(this.#path));
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
      this.#error = error.message;
      throw new ProtocolError('not_configured', error.message, { cause: error });
    }
  }
}
