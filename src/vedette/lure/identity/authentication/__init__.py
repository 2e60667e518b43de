"""Whether the sender's domain stands behind a message: SPF, DKIM, DMARC and ARC."""
