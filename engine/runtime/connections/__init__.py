"""Systems as one integration reaches them: its sessions, and whether they may be asked now."""
