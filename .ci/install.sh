# What some tests need beside Deno; sourced by .ci/run. Where something can't be had, the tests that need it say that
# they were skipped.

# Debian packages: PostgreSQL and ClickHouse, which tests/sources and tests/engine start on free ports, Chromium for
# tests/browser, Java for Spark, and what Python needs to make a virtual environment.
install_packages() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1 || missing+=(postgresql)
  [ -x /usr/sbin/clickhouse-server ] || [ -x /usr/bin/clickhouse ] || missing+=(clickhouse-server)
  command -v chromium chromium-browser google-chrome > /dev/null || missing+=(chromium)
  command -v java > /dev/null || missing+=(openjdk-17-jre-headless)
  python3 -c 'import ensurepip' 2> /dev/null || missing+=(python3-venv)
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi
  local root=
  [ "$(id -u)" -eq 0 ] || root="sudo -n"
  if ! command -v apt-get > /dev/null || ! $root true 2> /dev/null; then
    echo "not installed, and can't be from here: ${missing[*]}; tests that need them are skipped" >&2
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  # No server of a package's own is started: the tests start theirs.
  local policy=/usr/sbin/policy-rc.d made=
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' | $root tee $policy > /dev/null && $root chmod +x $policy && made=1; }
  timeout 60 $root apt-get update -qq > /dev/null 2>&1
  # One by one: what can be had is, whatever can't.
  local package
  for package in "${missing[@]}"; do
    timeout 150 $root apt-get install -y -qq "$package" > /dev/null 2>&1 ||
      echo "could not be installed: $package; tests that need it are skipped" >&2
  done
  [ -z "$made" ] || $root rm -f $policy
}

# A virtual environment in .venv with what tests/requirements.txt names: the notebook's test, current ClickHouse.
install_python() {
  [ -f tests/requirements.txt ] || return 0
  { [ -x .venv/bin/pip ] || python3 -m venv .venv; } > /dev/null 2>&1
  timeout 420 .venv/bin/python -m pip install --quiet -r tests/requirements.txt > /dev/null 2>&1 ||
    echo "could not be installed: tests/requirements.txt; tests that need it are skipped" >&2
}
