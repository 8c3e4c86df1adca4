#!/usr/bin/env bash
# Installs Prisma for the benchmark `sql` into .bench/prisma. It isn't a dependency of the project: it is large, and its
# scripts download programs that the benchmark doesn't use.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
mkdir -p .bench/prisma
cd .bench/prisma
cat >package.json <<'JSON'
{ "type": "module", "private": true }
JSON
npm install --no-audit --no-fund --ignore-scripts prisma@7 @prisma/client@7 @prisma/adapter-pg@7
cat >schema.prisma <<'SCHEMA'
generator client {
  provider = "prisma-client"
  output   = "generated"
}
datasource db {
  provider = "postgresql"
}
model track {
  id           Int    @id @default(autoincrement())
  name         String
  milliseconds Int
}
SCHEMA
cat >prisma.config.ts <<'CONFIG'
import { defineConfig } from 'prisma/config'
export default defineConfig({ schema: 'schema.prisma', datasource: { url: 'postgres://localhost/none' } })
CONFIG
# To generate a client takes no engine, but the command looks for one.
PRISMA_SCHEMA_ENGINE_BINARY=$(type -P true) npx prisma generate
cat >client.ts <<'CLIENT'
import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.js'
export const open = (connectionString: string) =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString, max: 2 }) })
CLIENT
../../node_modules/.bin/esbuild client.ts --bundle --platform=node --format=esm --target=node20 --packages=external \
  --log-level=warning --outfile=client.mjs
