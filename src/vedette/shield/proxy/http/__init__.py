"""HTTP/1.1 off the wire, read strictly: what two readers could take differently is refused."""
