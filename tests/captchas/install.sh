#!/usr/bin/env bash
# Installs the ALTCHA libraries and the browser driver of tests/captchas/ in target/captchas.
#
# Without them those tests are skipped, or fail if HUMANIFY_REQUIRE_SERVICES=1. Chromium has to be
# installed in the system.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=target/captchas
mkdir -p "$folder"
npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$folder" \
    altcha-lib@2.8.0 playwright-core@1.64.1
[ -x "$folder/python/bin/python" ] || python3 -m venv "$folder/python"
"$folder/python/bin/python" -m pip install --quiet altcha==2.3.0
