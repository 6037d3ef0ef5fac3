#!/usr/bin/env bash
# Fetches the libraries and the browser driver that tests/captchas/ compares with, into
# target/captchas. Without them those tests are skipped; with HUMANIFY_REQUIRE_SERVICES=1 they
# fail. Chromium itself is the system's.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=target/captchas
mkdir -p "$folder"
npm install --silent --no-save --no-audit --no-fund --ignore-scripts --prefix "$folder" \
    altcha-lib@2.8.0 playwright-core@1.64.1
[ -x "$folder/python/bin/python" ] || python3 -m venv "$folder/python"
"$folder/python/bin/python" -m pip install --quiet altcha==2.3.0
