"""Who is who: the key of an account, its sightings, marks, roles and followers."""
