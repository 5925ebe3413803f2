# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make two authorities and what they sign, in the folder that is named, and pki.tar with all of it."""

import datetime
import pathlib
import sys
import tarfile

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LIFE = datetime.timedelta(days=2)


def name(text):
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def make(folder, file, subject, issuer=None):
    """Write file.crt and file.key; without an issuer it is an authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer_name, issuer_key = issuer or (subject, key)
    # Lab hosts and this machine may disagree about the time.
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer_name))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - LIFE)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
    (folder / (file + ".crt")).write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / (file + ".key")).write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return subject, key


def main():
    folder = pathlib.Path(sys.argv[1])
    authority = make(folder, "ca", "warren authority")
    make(folder, "near", "near.example", authority)
    make(folder, "far", "far.example", authority)
    make(folder, "misnamed", "mole.example", authority)
    make(folder, "foreign", "far.example", make(folder, "other-ca", "another authority"))
    with tarfile.open(folder / "pki.tar", "w") as archive:
        for file in [*folder.glob("*.crt"), *folder.glob("*.key")]:
            archive.add(file, "pki/" + file.name)


main()
