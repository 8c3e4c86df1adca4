#!/usr/bin/env bash
# A MySQL server for the tests: `.ci/mysql.sh start|stop`. Debian has MySQL only in its unstable release. So its packages are
# unpacked into a folder, with their own C library, and nothing of the system changes. The server listens on port 3307 of this
# machine, for user `root` without a password. Where something listens there already, `start` does nothing.
set -euo pipefail
folder=${MYSQL_FOLDER:-${TMPDIR:-/tmp}/queryset-mysql}
up() { (exec 3<>/dev/tcp/127.0.0.1/3307) 2>/dev/null; }

# Debian's own tools find and check the packages. They see a system that has none, so that they take all that MySQL needs.
download() {
  local apt=(apt-get -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=-
    -o "Dir::State=$folder/apt" -o "Dir::State::status=$folder/apt/status" -o "Dir::Cache=$folder/apt"
    -o APT::Sandbox::User=root -o APT::Install-Recommends=false)
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
  : >"$folder/apt/status"
  echo 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian unstable main' \
    >"$folder/apt/sources.list"
  "${apt[@]}" update
  "${apt[@]}" --yes --download-only install mysql-server-core
}

unpack() {
  local package
  rm -rf "$folder/unpacked"
  for package in "$folder"/apt/archives/*.deb; do dpkg-deb -x "$package" "$folder/unpacked"; done
  # The scripts and the documentation of other packages take most of the space.
  rm -rf "$folder/apt" "$folder/unpacked/usr/share/doc" "$folder/unpacked/usr/share/perl"
  # All or nothing: a folder that is there counts as whole.
  mv "$folder/unpacked" "$folder/root"
}

server() {
  local usr=$folder/root/usr loader
  loader=$(find "$usr/lib" -name 'ld-linux-*.so.*' | head -n 1)
  # By its own loader: the system may have an older C library.
  "$loader" --library-path "$(dirname "$loader")" "$usr/sbin/mysqld" --no-defaults --user="$(id -un)" --basedir="$usr" \
    --lc-messages-dir="$usr/share/mysql" --plugin-dir="$usr/lib/mysql/plugin" --datadir="$folder/data" \
    --bind-address=127.0.0.1 --port=3307 --socket="$folder/socket" --pid-file="$folder/pid" --secure-file-priv=NULL \
    --mysqlx=OFF --skip-log-bin --innodb-flush-log-at-trx-commit=2 "$@"
}

case "${1:-}" in
  start)
    ! up || { echo 'MySQL is up already'; exit 0; }
    [ -d "$folder/root" ] || { download && unpack; }
    [ -d "$folder/data" ] || server --initialize-insecure
    export -f server
    export folder
    setsid nohup bash -c server >"$folder/log" 2>&1 </dev/null &
    for ((i = 0; i < 120; i++)); do ! up || { echo 'MySQL is up'; exit 0; }; sleep 0.5; done
    cat "$folder/log" >&2
    exit 1
    ;;
  stop)
    [ ! -f "$folder/pid" ] || kill "$(cat "$folder/pid")"
    ;;
  *)
    echo 'usage: .ci/mysql.sh start|stop' >&2
    exit 2
    ;;
esac
