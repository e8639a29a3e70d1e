interface Key {
  ctrl?: boolean;
  name?: string;
}

export interface CtrlC {
  /** Ctrl-C was pressed while a prompt had the terminal, where it is a key and no signal. */
  readonly pressed: boolean;
  stop(): void;
}

/** The prompts report Escape and Ctrl-C alike; this tells them apart. */
export function watchCtrlC(): CtrlC {
  let pressed = false;
  const look = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.ctrl === true && key.name === 'c') pressed = true;
  };
  process.stdin.on('keypress', look);
  return {
    get pressed() {
      return pressed;
    },
    stop: () => process.stdin.off('keypress', look),
  };
}
