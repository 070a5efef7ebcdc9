"""The dashboard's pages: one file a page, no rule lives here."""
