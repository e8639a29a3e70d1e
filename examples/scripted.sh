# Sourced by the checks: starts a daemon of its own, and plays the person who answers. Needs `proj` on PATH.
set -eu
cd "$(dirname "$0")"
PROJ_DIR=$(mktemp -d "${TMPDIR:-/tmp}/proj-example.XXXXXX")
export PROJ_DIR
mkfifo "$PROJ_DIR/ready"
proj ipc serve-sockets --idle-exit 60 >"$PROJ_DIR/ready" 2>"$PROJ_DIR/log" &
daemon=$!
trap 'kill $daemon && wait $daemon || :; rm -rf "$PROJ_DIR"' EXIT
trap 'exit 1' HUP INT TERM
read -r _ <"$PROJ_DIR/ready"

# answering WORD COMMAND...: runs the command while somebody answers every ask by WORD.
answering() {
  word=$1
  shift
  proj control --respond "$word" >>"$PROJ_DIR/log" 2>&1 &
  operator=$!
  status=0
  "$@" || status=$?
  kill $operator && wait $operator || :
  return $status
}

# expect WANTED GOT
expect() {
  [ "$1" = "$2" ] && return
  printf 'expected: %s\ngot:      %s\n' "$1" "$2" >&2
  cat "$PROJ_DIR/log" >&2
  exit 1
}
