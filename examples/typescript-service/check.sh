#!/bin/sh
# Starts the service, tells it what to do twice, and compares what it says.
. "$(dirname "$0")/../scripted.sh"

mkfifo "$PROJ_DIR/service"
"${NODE:-node}" service.ts >"$PROJ_DIR/service" 2>>"$PROJ_DIR/log" &
service=$!
exec 3<"$PROJ_DIR/service"
read -r _ session <&3

tell() {
  proj sessions input "$session" "$1" >>"$PROJ_DIR/log"
  read -r said <&3
}

answering y tell orders
expect 'deleted 41 rows of orders' "$said"
answering n tell customers
expect 'kept customers' "$said"
proj sessions input "$session" --abort >>"$PROJ_DIR/log"
wait $service
expect 2 "$(proj sessions messages "$session" | grep -c -e 'deleted 41 rows of orders' -e 'kept customers')"
