"""What goes out: formats, where files go, and what they have delivered."""
