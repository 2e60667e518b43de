"""The firm's website, its visitors, and somebody who wants to break in."""
