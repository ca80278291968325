#!/bin/sh
# install.sh -- Debian packages that Redvest needs and this machine lacks: `install.sh run|test`.
# Quiet when nothing is missing. Works as root, and with sudo.
set -eu

run="gcc make pkg-config libsqlite3-dev libpq-dev libmicrohttpd-dev libcjson-dev libxlsxwriter-dev
  libzip-dev zlib1g-dev libexpat1-dev libsodium-dev libgnutls28-dev libqrencode-dev
  libicu-dev libcurl4-openssl-dev tzdata curl nodejs"
test="$run libcmocka-dev clang lld llvm libclang-rt-14-dev sqlite3 postgresql nginx-light openssl
  python3 gcovr chromium fonts-noto-cjk poppler-utils"

case "${1:-}" in
run) wanted=$run ;;
test) wanted=$test ;;
*)
	echo "usage: install.sh run|test" >&2
	exit 2
	;;
esac

missing=""
for package in $wanted; do
	state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
# Some builds of node bring npm with them; Debian's do not.
command -v npm >/dev/null || missing="$missing npm"
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "missing packages, and neither root nor sudo to install them:$missing" >&2
		exit 1
	}
	sudo=sudo
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# Debian starts a PostgreSQL and an nginx of its own when they are installed; the tests use none
# of that.
create=/etc/postgresql-common/createcluster.conf
if [ ! -e $create ]; then
	$sudo mkdir -p /etc/postgresql-common
	echo "create_main_cluster = false" | $sudo tee $create >/dev/null
fi
$sudo apt-get -qq update
# shellcheck disable=SC2086
$sudo apt-get -qq -y --no-install-recommends install $missing
