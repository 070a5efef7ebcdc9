"""
The vectors of docs/vectors.json, made by a second hand: ``python tests/vectors.py`` writes the page anew.

Written form, hashes, trees, characters, seeds, order and tie numbers as docs/bundle.md says, without a line of the
program's own.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from bundles import label, tree_of, written

FILE = Path(__file__).resolve().parent.parent / "docs" / "vectors.json"
WORDS = Path(__file__).resolve().parent / "cases" / "bip39_chinese_simplified.txt"
OBJECTS = (
    {}, [], "", 0, -1, True, False, [1, 2, 3], {"a": 1}, {"b": 1, "a": 2}, {"a": {"c": [], "b": {}}},
    9007199254740991, -9007199254740991, "9007199254740992", "王*明", "大丰家园", "𠮷", "é", "e\u0301", "\u2028",
    "\u00a0", "\ufeff", "\u007f", "\u200b", "\uffff", "😊", 'say "no"', "back\\slash", "a/b", "tab\there", "line\nend",
    "\b\f\r", "\u0000", "\u001f", "<script>", {"\u5357": "2.25", "*": "-1"}, {"\ue000": 1, "\U00020bb7": 2},
    {"Z": 1, "a": 2, "_": 3, "0": 4}, [[[[[[]]]]]], [{"x": [{"y": "z"}]}], {"10": "a", "9": "b"},
    {"household_id": "H001", "order": 1}, {"at_most": True, "household_id": "H1", "rank": 2},
    {"area": 5012, "price": [["floor", "35.00", 175420]], "layout": "50"}, "1e5", "NaN", "-0", "0.10", " ", "｜",
)  # fmt: skip


def characters() -> str:
    return "".join(WORDS.read_text(encoding="utf-8").split())


def in_characters(root: str) -> str:
    bits = "".join(f"{byte:08b}" for byte in bytes.fromhex(root))
    bits += f"{hashlib.sha256(bytes.fromhex(root)).digest()[0]:08b}"
    return "".join(characters()[int(bits[at : at + 11], 2)] for at in range(0, 264, 11))


def made() -> dict:
    rows = [{"household_id": f"H{n:03}", "persons": n} for n in range(1, 8)]
    roots = [label("anju/root/1", str(n).encode()) for n in range(6)] + ["0" * 64, "f" * 64]
    pool = label("anju/pool/1", b"{}")
    listed = [
        {"kind": "ssq", "name": "双色球 第2021055期", "value": "03 07 11 18 22 30 + 09"},
        {"kind": "dice", "name": "骰子", "value": "3162435516243"},
        {"kind": "resident", "name": "东村代表", "value": "4711"},
        {"kind": "resident", "name": "西村代表", "value": ""},
    ]
    seed = label("anju/seed/1", pool.encode() + b"\0" + written(listed))
    ids = ["H001", "H002", "H003", "Ｈ004", "户5", "H-6"]
    keys = {own: hashlib.sha256(f"{seed}|{own}".encode()).hexdigest() for own in ids}
    class_id = written({"area": 5012, "layout": "50", "price": [["floor", "35.00", 175420]]}).decode()
    salt = bytes(range(16))
    private = {"access_need": "step_free", "household_id": "H001", "name": "欧阳小明"}
    return {
        "objects": [
            {"value": value, "bytes": written(value).hex(), "leaf": label("anju/leaf/1", written(value))}
            for value in OBJECTS
        ],
        "trees": [{"rows": rows[:n], "tree": tree_of(rows[:n])} for n in range(8)],
        "fingerprints": [{"root": root, "characters": in_characters(root)} for root in roots],
        "seed": {"pool_root": pool, "listed": listed, "seed": seed},
        "order": {"seed": seed, "sorted": sorted(ids, key=lambda own: keys[own]), "keys": keys},
        "ties": [
            {
                "household_id": own,
                "class_id": class_id,
                "tie": int(hashlib.sha256(f"{seed}|{own}|{class_id}".encode()).hexdigest()[:12], 16),
            }
            for own in ids
        ],
        "sealed": {"nonce": "00" * 16, "number": "4711", "commitment": label("anju/sealed/1", b"00" * 16 + b"|4711")},
        "receipt": {
            "salt": salt.hex(),
            "tag": label("anju/tag/1", salt)[:16],
            "private": private,
            "commit": label("anju/private/1", salt + written(private)),
        },
    }


if __name__ == "__main__":
    text = json.dumps(made(), ensure_ascii=False, indent=1)
    FILE.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {len(text)} characters\n")
