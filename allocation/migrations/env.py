"""Where Alembic finds the open transaction it works in; it begins and commits nothing itself."""

from __future__ import annotations

from alembic import context

from allocation.database import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
context.run_migrations()
