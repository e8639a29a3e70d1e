#!/bin/sh
# Runs the gate against a real daemon, and exits non-zero when it lets the wrong thing through.
. "$(dirname "$0")/../scripted.sh"

expect 'deploying 1.4.2' "$(answering y ./deploy.sh 1.4.2 || echo "failed: $?")"
expect 'not deploying 1.4.3: somebody said no' "$(answering n ./deploy.sh 1.4.3 && echo 'went on')"
expect 'not deploying 1.4.4: nobody answered in time' "$(DEPLOY_TIMEOUT=50ms ./deploy.sh 1.4.4 && echo 'went on')"
expect 'not deploying 1.4.5: no daemon, run: proj ipc serve-sockets' \
  "$(PROJ_DIR=$PROJ_DIR/none ./deploy.sh 1.4.5 && echo 'went on')"
