"""The office's trade: who takes part, what they may take, what it costs, what is published."""
