#!/bin/sh
# Gets what the tests in tests/browser and tests/web/test_phone_page.py need: Debian's Chromium, and
# fonts for it. Does nothing where one is. Needs the network and, unless one is root, sudo.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null; then echo "$(command -v "$name") is here"; exit 0; fi
done
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
