# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading the machine's apt sources."""

import pytest
from warrenlab import mirror
from warrenlab.errors import LabError

SOURCES = """\
http://vendor.test/apt|nodistro|main|Vendor
http://vendor.test/database|bookworm|main|Database
http://mirror.test/debian/|bookworm-updates|main|Debian
http://mirror.test/debian/|bookworm|contrib|Debian
http://mirror.test/debian/|bookworm|main|Debian
http://mirror.test/debian-security/|bookworm-security|main|Debian-Security
"""


def test_archives_are_found_among_others():
    sources = mirror.parse_sources(SOURCES)
    assert mirror.archive(sources) == "http://mirror.test/debian"
    assert mirror.security_archive(sources) == "http://mirror.test/debian-security"


def test_sources_without_lists_have_no_labels():
    sources = mirror.parse_sources("http://mirror.test/debian/|bookworm|main|\n")
    assert mirror.archive(sources) == "http://mirror.test/debian"
    assert mirror.security_archive(sources) is None


def test_no_debian_archive():
    with pytest.raises(LabError, match="apt-get update"):
        mirror.archive(mirror.parse_sources("http://vendor.test/apt|nodistro|main|Vendor\n"))


def test_only_options_on_access_are_taken_over():
    dump = (
        'APT::Architecture "amd64";\n'
        'Acquire::http "";\n'
        'Acquire::http::Proxy "http://proxy.test:3142";\n'
        'Acquire::https::CaInfo "/etc/ssl/own.pem";\n'
        'Acquire::Check-Valid-Until "false";\n'
        'Acquire::Languages "none";\n'
    )
    assert mirror.select_access_options(dump) == [
        'Acquire::http::Proxy "http://proxy.test:3142";',
        'Acquire::https::CaInfo "/etc/ssl/own.pem";',
        'Acquire::Check-Valid-Until "false";',
    ]
