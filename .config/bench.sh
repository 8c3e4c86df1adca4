#!/usr/bin/env bash
# Runs a benchmark, `bench.sh NAME [arguments]`, bundled as a user of the package would have it: what runs TypeScript
# as it is wraps each function to keep its name, which takes a third of the time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=$1
shift
node_modules/.bin/esbuild "docs/benchmarks/$name.ts" --bundle --platform=node --format=esm --target=node20 --packages=external \
  --conditions=queryset-source --log-level=warning --outfile=".bench/$name.mjs"
exec node ".bench/$name.mjs" "$@"
