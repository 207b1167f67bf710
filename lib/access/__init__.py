"""Access: who sees what; the desk is the only thing a page can ask."""
