"""What is asserted, by whom, and what we make of it."""
