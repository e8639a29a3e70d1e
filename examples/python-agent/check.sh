#!/bin/sh
# Runs the agent against a real daemon: approved, rejected with a reason, and killed while it waits.
. "$(dirname "$0")/../scripted.sh"

expect 'merging fix-1' "$(answering y ./agent.py fix-1 | tail -n 1 || echo "failed: $?")"

# asked BRANCH: starts the agent and waits until its ask is there.
mkfifo "$PROJ_DIR/said"
asked() {
  ./agent.py "$1" >"$PROJ_DIR/said" &
  agent=$!
  exec 3<"$PROJ_DIR/said"
  read -r _ ask <&3
}

asked fix-2
session=$(proj sessions list --json | sed -n 's/.*"session_id":"\([^"]*\)".*/\1/p')
proj sessions input "$session" 'mind the migration' >>"$PROJ_DIR/log"
proj answer "$ask" reject --reason 'no tests' >>"$PROJ_DIR/log"
wait $agent && expect 'exit code 1' 'exit code 0'
expect 'told: mind the migration leaving fix-2: no tests' "$(xargs <&3)"

asked fix-3
kill -9 $agent
wait $agent || :
proj answer "$ask" approve >>"$PROJ_DIR/log"
expect 'merging fix-3' "$(./agent.py fix-3 | tail -n 1)"
