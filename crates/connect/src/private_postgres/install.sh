# Installs PostgreSQL's programs from Debian's packages, as root, without starting a server.
set -e
quiet=/etc/postgresql-common/createcluster.d/kept.conf
mkdir -p /etc/postgresql-common/createcluster.d
# It goes again, so that what the machine's owner installs later behaves as usual.
trap 'rm -f "$quiet"' EXIT
echo 'create_main_cluster = false' > "$quiet"
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends postgresql
