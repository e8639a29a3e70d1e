#!/bin/sh
# The first terminal: asks two questions and goes by the answers.
set -eu

where=$(proj ask choice 'Where to?' --option Staging=staging --option Production=production --default staging)
if proj ask approval "Deploy to $where?" --risk safe_write >/dev/null; then
  echo "deploying to $where"
else
  echo 'staying here'
fi
