# Installs MariaDB's server program from Debian's packages, as root. This package starts no server.
set -e
# Two at once would fail on the package manager's own lock: the second waits, and finds it done.
exec 9>/run/kept-install.lock
flock 9
[ ! -x /usr/sbin/mariadbd ] || exit 0
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends mariadb-server-core
