"""What the house's checks share. The checks themselves are scripts/check_*.py and sync_notes.py."""
