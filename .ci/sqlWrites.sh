#!/usr/bin/env bash
# The tests of writes over a SQL database: `.ci/sqlWrites.sh pglite|sqlite|postgres|mariadb|mysql`. SQLite needs Node 22, which is
# fetched from npm. A server that isn't up is skipped aloud.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
database=$1
up() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
case "$database" in
  postgres) [ -n "${TEST_POSTGRES_URL:-}" ] || up 5432 || { echo 'SKIPPED: no PostgreSQL is up'; exit 0; } ;;
  mariadb) [ -n "${TEST_MYSQL_URL:-}" ] || up 3306 || { echo 'SKIPPED: no MariaDB is up'; exit 0; } ;;
  mysql) [ -n "${TEST_MYSQL8_URL:-}" ] || up 3307 || { echo 'SKIPPED: no MySQL is up'; exit 0; } ;;
esac
node=(node)
[ "$database" = sqlite ] && node=(npx -y -p node@22 node)
QUERYSET_CLIENT=$database "${node[@]}" node_modules/mocha/bin/mocha.js --no-config --require tsx \
  -n conditions=queryset-source --extension ts --timeout 60000 --exit --reporter .config/reporter.mjs 'unit-tests/run/writes/*.test.ts'
