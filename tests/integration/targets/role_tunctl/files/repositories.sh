#!/bin/sh
# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Make repositories with this host's tunctl in them: repositories.sh FOLDER
# That for apt, in `debian`, has its uml-utilities, put together again. The others are for dnf and yum.
# The package in `signed` is signed with the key in `key`, the one in `foreign` with another, the one in `unsigned` with
# none, and the one in `tampered` was changed after it was signed.

set -eu
folder=$1
mkdir -p "$folder/build" "$folder/gnupg"
# Debian's dnf looks there, but does not bring it.
mkdir -p /etc/yum.repos.d
chmod 700 "$folder/gnupg"
cd "$folder"
export GNUPGHOME="$folder/gnupg"
cp "$(command -v tunctl)" build/

mkdir -p build/debian/DEBIAN debian
dpkg-query --listfiles uml-utilities | while read -r file; do
    [ -d "$file" ] || [ ! -e "$file" ] || install -D "$file" "build/debian$file"
done
dpkg-query --status uml-utilities | sed '/^Status:/d; /^Conffiles:/,/^[^ ]/{/^Conffiles:/d; /^ /d}' >build/debian/DEBIAN/control
dpkg-deb --build build/debian debian >/dev/null
for file in debian/*.deb; do
    dpkg-deb --field "$file" >debian/Packages
    {
        echo "Filename: ./${file##*/}"
        echo "Size: $(stat -c %s "$file")"
        echo "SHA256: $(sha256sum "$file" | cut -d ' ' -f 1)"
    } >>debian/Packages
done

cat >build/tunctl.spec <<'SPEC'
Name: tunctl
Version: 1.5
Release: 1
Summary: Make and remove TUN and TAP devices
License: GPL-2.0-only
%global debug_package %{nil}
%global __strip /bin/true
AutoReqProv: no
%description
The tunctl of this host.
%install
install -D -m 755 %{_sourcedir}/tunctl %{buildroot}/usr/sbin/tunctl
%files
/usr/sbin/tunctl
SPEC
rpmbuild --quiet --define "_sourcedir $folder/build" --define "_rpmdir $folder/build" --define "_topdir $folder/build" \
    -bb build/tunctl.spec

for name in ours another; do
    gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$name" rsa2048 sign never
done
gpg --armor --export ours >key
gpg --batch --with-colons --list-keys ours | awk -F: '$1 == "fpr" {print $10; exit}' >fingerprint

for name in signed foreign unsigned tampered; do
    mkdir "$name"
    cp build/*/tunctl-*.rpm "$name/"
done
sign() {
    rpmsign --define "__gpg $(command -v gpg)" --define "_gpg_name $1" --addsign "$2"/*.rpm >/dev/null
}
sign ours signed
sign ours tampered
sign another foreign
# The last byte is the payload's. The repository says what the changed file is like, so that only the signature tells.
for file in tampered/*.rpm; do
    size=$(stat -c %s "$file")
    printf '\377' | dd of="$file" bs=1 seek=$((size - 20)) conv=notrunc status=none
done
for name in signed foreign unsigned tampered; do
    createrepo_c --quiet "$name"
done
