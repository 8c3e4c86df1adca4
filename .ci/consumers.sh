#!/usr/bin/env bash
# Tries the package as its users get it: packs what `npm run build` made, installs the tarball elsewhere, and
# uses it from ESM, from CommonJS, from TypeScript (node16 and bundler resolution) and through a bundler.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
[ -f dist/esm/index.js ] && [ -f dist/cjs/index.js ] || { echo 'consumers: no dist, run npm run build first' >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tarball=$work/$(npm pack --silent --ignore-scripts --pack-destination "$work")
peer() { node -p "require('./package.json').devDependencies['$1']"; }
fpts=fp-ts@$(peer fp-ts) iots=io-ts@$(peer io-ts) jsonc=jsonc-parser@$(peer jsonc-parser) hono=hono@$(peer hono) csv=csv-stringify@$(peer csv-stringify)

mkdir "$work/user"
cd "$work/user"
echo '{ "name": "user", "private": true }' > package.json
quiet=(--silent --no-audit --no-fund --no-save)

# try ENTRY…: each in every way; the package's own types must do without @types of its dependencies.
try() {
  local entries=("$@") entry n=0
  : > esm.mjs; : > cjs.cjs; : > types.mts; : > bundle.mjs
  for entry in "${entries[@]}"; do
    n=$((n + 1))
    cat >> esm.mjs <<JS
import * as m$n from '$entry'
if (Object.keys(m$n).length === 0) throw new Error('$entry exports nothing to ESM')
JS
    cat >> cjs.cjs <<JS
const m$n = require('$entry')
if (Object.keys(m$n).length === 0) throw new Error('$entry exports nothing to CommonJS')
JS
    cat >> types.mts <<TS
import * as m$n from '$entry'
export const keys$n: ReadonlyArray<string> = Object.keys(m$n)
// @ts-expect-error: the types are there, and don't have this
export const missing$n = m$n.noSuchExport
TS
  done
  cat >> esm.mjs <<JS
console.log('  esm: ok')
JS
  cat >> cjs.cjs <<JS
console.log('  commonjs: ok')
JS
  sed 's/esm: ok/bundled: ok/' esm.mjs > bundle.mjs
  cp types.mts types.cts
  cp types.mts types.ts

  echo "${entries[*]}"
  node esm.mjs
  node cjs.cjs
  # HTTP is spoken in the web's own types, which browsers, Node, Deno and workers have alike.
  local options=(--ignoreConfig --noEmit --strict --target es2022 --lib es2023,dom --types '')
  "$root/node_modules/.bin/tsc" "${options[@]}" --module node16 --moduleResolution node16 types.mts types.cts
  echo '  types, node16: ok'
  "$root/node_modules/.bin/tsc" "${options[@]}" --module esnext --moduleResolution bundler types.ts
  echo '  types, bundler: ok'
  "$root/node_modules/.bin/esbuild" bundle.mjs --bundle --format=esm --platform=node "${bundling[@]}" --log-level=warning --outfile=out.mjs
  node out.mjs
}

# First without the optional peers, which these must not need.
bundling=()
npm install "${quiet[@]}" "$tarball" "$fpts" "$iots"
[ ! -d node_modules/jsonc-parser ] || { echo 'consumers: an optional peer came along' >&2; exit 1; }
try queryset-ts queryset-ts/memory queryset-ts/http queryset-ts/laws
cat > client.mjs <<'JS'
import { autoId, schema } from 'queryset-ts'
import { memory } from 'queryset-ts/memory'
export const client = memory(schema({ genre: { id: autoId } }), { genre: [{ id: 3 }] })
JS
[ "$(npx --no-install queryset dumpdata --client client.mjs 2>/dev/null | tr -d '\n')" = '[{"model":"genre","pk":3,"fields":{}}]' ]
echo '  command: ok'
# jsonc-parser's UMD build, which esbuild prefers for Node, can't be bundled by anyone: its ESM build can.
npm install "${quiet[@]}" "$tarball" "$fpts" "$iots" "$jsonc"
bundling=(--main-fields=module,main)
try queryset-ts queryset-ts/memory queryset-ts/json queryset-ts/http
# Forms and pages are written with hono's templates.
npm install "${quiet[@]}" "$tarball" "$fpts" "$iots" "$hono"
bundling=()
try queryset-ts queryset-ts/memory queryset-ts/forms queryset-ts/views
# A REST API writes CSV besides.
npm install "${quiet[@]}" "$tarball" "$fpts" "$iots" "$hono" "$csv"
try queryset-ts queryset-ts/memory queryset-ts/rest
