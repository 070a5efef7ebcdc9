"""
签名: the office's Ed25519 signature over a bundle's fingerprint. The key is a file that never lies beside a bundle.

Source: trust.md §2 row 14; the text that is signed: docs/bundle.md, section 2.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from allocation.messages import Fault, Faults
from allocation.verify import Bundle, attempt, canonical
from allocation.verify_page import inlined


def new_key(file: Path) -> str:
    """
    Write a new private key, readable by its owner alone; returns the public key to be published, 64 hex digits.

    Raises
    ------
    Faults
        The file exists (a key is never overwritten) or cannot be written.
    """
    key = Ed25519PrivateKey.generate()
    data = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise _refused("sign.key_exists", file) from None
    except OSError as error:
        raise _refused("out.unwritable", file, str(error.strerror)) from None
    with os.fdopen(handle, "wb") as out:
        out.write(data)
    return key.public_key().public_bytes_raw().hex()


def sign(bundle: Path, key_file: Path) -> str:
    """
    Put the office's signature into a bundle (its folder or file); returns the public key, 64 hex digits.

    Raises
    ------
    Faults
        The key cannot be read, lies inside the bundle, or the bundle is not sound.
    """
    file = bundle / "bundle.json" if bundle.is_dir() else bundle
    if bundle.is_dir() and key_file.resolve().is_relative_to(bundle.resolve()):
        raise _refused("sign.key_inside", key_file)
    try:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused("sign.no_key", key_file, str(error)[:80]) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _refused("sign.no_key", key_file)
    sound = attempt("V1", Bundle().open, bundle)
    if sound["outcome"] != "PASS":
        raise _refused("sign.no_bundle", bundle, sound["found"])
    old = file.read_bytes()
    whole = json.loads(old)
    public = key.public_key().public_bytes_raw().hex()
    signed = key.sign(f"anju/signature/1:{whole['manifest']['root']}".encode()).hex()
    whole["manifest"]["signature"] = {"key": public, "signed": signed}
    changed = {file: canonical(whole)}
    if bundle.is_dir():
        page = bundle / "verify.html"
        changed[page] = page.read_bytes().replace(inlined(old), inlined(changed[file]))
    halves = {name: name.with_name(f".{name.name}.half") for name in changed}
    for name, data in changed.items():
        halves[name].write_bytes(data)
    for name, half in halves.items():
        half.replace(name)
    return public


def _refused(code: str, file: Path, value: str = "") -> Faults:
    return Faults([Fault(table="out", code=code, place=str(file), value=value)])
