# Installs PostgreSQL's programs from Debian's packages, as root, without starting a server.
set -e
# Two at once would fail on the package manager's own lock: the second waits, and finds it done.
exec 9>/run/kept-install.lock
flock 9
for initdb in /usr/lib/postgresql/*/bin/initdb; do
    [ ! -x "$initdb" ] || exit 0
done
quiet=/etc/postgresql-common/createcluster.d/kept.conf
mkdir -p /etc/postgresql-common/createcluster.d
# It goes again, so that what the machine's owner installs later behaves as usual.
trap 'rm -f "$quiet"' EXIT
echo 'create_main_cluster = false' > "$quiet"
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends postgresql
