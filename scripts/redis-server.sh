#!/usr/bin/env bash
# Makes sure that there is a redis-server for the tests of the queue: installs Debian's where that is possible.
# Fails, and says so, where there is none. Starts nothing: each test starts one of its own.
set -uo pipefail
command -v "${MIMEWRIGHT_REDIS:-redis-server}" >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq >/dev/null 2>&1
  # Installed, but not started as a service of this machine.
  RUNLEVEL=1 apt-get install -y -qq --no-install-recommends redis-server >/dev/null 2>&1
fi
command -v "${MIMEWRIGHT_REDIS:-redis-server}" >/dev/null 2>&1 && exit 0
echo "note: no redis-server could be installed; npm run test:queue did not run" >&2
exit 1
