"""The ground: settings, addresses, headers, and the database that comes with Sayso."""
