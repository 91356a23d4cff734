"""What the ground floor shows: the readers' lists, and the desk's forms."""
