"""What mail programs and servers do to a message, whoever wrote it and whatever for.

Lures and honest mail both take their headers, MIME trees, charsets and encodings from here, so that
none of this tells them apart. An author says who sends, from which domain, by which kind of program
and what the checks at the receiver come to; nothing here knows on which side he stands.
"""
