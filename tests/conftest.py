"""What all tests share."""

from hypothesis import settings

# The machines that run this are noisy: how long an example takes says nothing.
settings.register_profile("vedette", deadline=None)
settings.load_profile("vedette")
