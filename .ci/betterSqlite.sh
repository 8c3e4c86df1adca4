#!/usr/bin/env bash
# Asks the recorded questions on better-sqlite3: `.ci/betterSqlite.sh FOLDER`. It isn't a dependency of the project, since it
# compiles for minutes. What was compiled is kept for the next run with the same Node.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/queryset-ts/better-sqlite3-12-node-$(node --version)
compiled=$cache/node_modules/better-sqlite3/build/Release/better_sqlite3.node
if [ ! -f "$compiled" ]; then
  mkdir -p "$cache"
  echo '{ "private": true }' >"$cache/package.json"
  npm install --prefix "$cache" --no-audit --no-fund better-sqlite3@12
fi
# Node finds what the package needs beside the package itself.
ln -sfn "$cache/node_modules/better-sqlite3" node_modules/better-sqlite3
npm run corpus -- "$1" --jobs 1 --client better-sqlite3
