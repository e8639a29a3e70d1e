#!/bin/sh
# Plays both terminals, the second one with two words: one for the choice, one for the approval.
. "$(dirname "$0")/../scripted.sh"

./ask.sh >"$PROJ_DIR/said" 2>"$PROJ_DIR/progress" &
asker=$!
proj control --respond production --count 1 >>"$PROJ_DIR/log"
proj control --respond y --count 1 >>"$PROJ_DIR/log"
wait $asker
expect 'deploying to production' "$(cat "$PROJ_DIR/said")"
