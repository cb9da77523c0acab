# Real servers for the tests in tests/sources and tests/engine, from Debian's packages; sourced by .ci/run.
# Where they can't be installed, those tests say that they were skipped.

install_servers() {
  local missing=()
  ls /usr/lib/postgresql/*/bin/postgres > /dev/null 2>&1 || missing+=(postgresql)
  [ -x /usr/sbin/clickhouse-server ] || [ -x /usr/bin/clickhouse ] || missing+=(clickhouse-server)
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
    echo "not installed, and can't be from here: ${missing[*]}; tests that need them are skipped" >&2
    return 0
  fi
  export DEBIAN_FRONTEND=noninteractive
  # No server of the package's own is started: the tests start theirs.
  local policy=/usr/sbin/policy-rc.d
  [ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' > $policy && chmod +x $policy && local made=1; }
  { timeout 300 apt-get update -qq && timeout 900 apt-get install -y -qq "${missing[@]}"; } > /dev/null 2>&1 ||
    echo "could not be installed: ${missing[*]}; tests that need them are skipped" >&2
  [ -z "${made:-}" ] || rm -f $policy
  return 0
}
