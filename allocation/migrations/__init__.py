"""How the record's tables came to be what they are, version by version; run by ``anju office init`` and ``upgrade``."""
