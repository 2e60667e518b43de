"""Process trees stopped by the kernel's freezer, and ended."""
