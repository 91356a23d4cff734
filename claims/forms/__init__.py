"""The editors' forms: each ends in an action and shows what that refuses."""
