"""Who gives care, where, and how much of it: sites, professions, activity, departures."""
