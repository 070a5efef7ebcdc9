"""The published vectors are what the documented formulas give, and what our own code gives."""

import json

from vectors import FILE, OBJECTS, characters, made

from allocation import bundle, verify
from allocation.draw import draw_key, tie_number
from allocation.drawplan import sealed_commitment

VECTORS = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_page_of_vectors_is_up_to_date():
    assert made() == VECTORS, "run: python tests/vectors.py"
    assert len(OBJECTS) >= 50


def test_written_forms_leaves_and_trees():
    for vector in VECTORS["objects"]:
        assert verify.canonical(vector["value"]).hex() == vector["bytes"]
        assert verify.tree(vector["value"] if isinstance(vector["value"], dict) else [vector["value"]])
        assert verify.sha(bytes.fromhex(vector["bytes"]), "anju/leaf/1") == vector["leaf"]
    for vector in VECTORS["trees"]:
        assert verify.tree(vector["rows"]) == vector["tree"]


def test_fingerprints_in_characters():
    assert verify.CHARACTERS == characters()
    for vector in VECTORS["fingerprints"]:
        assert verify.in_words(vector["root"]).replace(" ", "") == vector["characters"]


def test_seeds_order_and_tie_numbers():
    seed = VECTORS["seed"]
    text = seed["pool_root"].encode() + b"\0" + verify.canonical(seed["listed"])
    assert verify.sha(text, "anju/seed/1") == seed["seed"]
    order = VECTORS["order"]
    assert {own: draw_key(order["seed"], own) for own in order["keys"]} == order["keys"]
    assert sorted(order["keys"], key=lambda own: draw_key(order["seed"], own)) == order["sorted"]
    for vector in VECTORS["ties"]:
        assert tie_number(seed["seed"], vector["household_id"], vector["class_id"]) == vector["tie"]


def test_seals_and_receipts():
    sealed = VECTORS["sealed"]
    assert sealed_commitment(sealed["number"], sealed["nonce"]) == sealed["commitment"]
    receipt = VECTORS["receipt"]
    salt = bytes.fromhex(receipt["salt"])
    assert bundle.tag(salt) == receipt["tag"]
    assert bundle.commitment(salt, receipt["private"]) == receipt["commit"]
