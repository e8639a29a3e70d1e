#!/bin/sh
# Deploys a version when a person has said yes. Safe to run again: the key finds the same question.
set -eu
version=${1:?usage: deploy.sh VERSION}

ask() {
  proj ask approval "Deploy $version to production?" --key "deploy-$version" --risk destructive \
    --context "version=$version" --context "from=$(uname -n)" --timeout "${DEPLOY_TIMEOUT:-30m}"
}

if ask >/dev/null; then
  echo "deploying $version"
else
  case $? in
    1) echo "not deploying $version: somebody said no" ;;
    3) echo "not deploying $version: nobody answered in time" ;;
    4) echo "not deploying $version: the question was withdrawn" ;;
    69) echo "not deploying $version: no daemon, run: proj ipc serve-sockets" ;;
    *) echo "not deploying $version: the question failed" ;;
  esac
  exit 1
fi
