"""XML bodies: text and attributes, and the XPath expressions that choose among them."""
