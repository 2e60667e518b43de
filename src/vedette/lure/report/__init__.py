"""Reports of people: private, blameless, and answered."""
