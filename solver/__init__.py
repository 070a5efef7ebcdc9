"""Exact, fair assignment with proof: arrays in, arrays and proofs out. Knows no people, money or law."""
