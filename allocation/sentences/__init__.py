"""Every sentence anju says, Chinese and English in one row, a file a subject; read through ``allocation.messages``."""
