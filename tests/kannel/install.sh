#!/bin/sh
# Gets what the tests marked `kannel` need: a Kannel and node's `smpp`, into one folder.
#
#   tests/kannel/install.sh FOLDER
#
# Nothing is installed into the system: Debian's packages are unpacked into the folder. Needs the
# network, apt and npm.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
folder=$(cd "$1" && pwd)

if [ ! -x /usr/sbin/bearerbox ] && [ ! -x "$folder/kannel/usr/sbin/bearerbox" ]; then
  if [ "$(id -u)" = 0 ]; then apt-get update -qq; fi
  wanted=$(apt-get install --simulate --no-install-recommends kannel | awk '/^Inst /{print $2}')
  mkdir -p "$folder/debs" "$folder/kannel"
  cd "$folder/debs"
  # shellcheck disable=SC2086 # a list of names
  apt-get download -qq -o APT::Sandbox::User=root $wanted
  for deb in *.deb; do dpkg -x "$deb" "$folder/kannel"; done
fi

cp "$here/package.json" "$here/package-lock.json" "$folder/"
cd "$folder" && npm ci --silent --no-audit --no-fund
echo "peers are in $folder"
