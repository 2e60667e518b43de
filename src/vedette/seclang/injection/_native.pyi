from typing import final

@final
class Judge:
    def __new__(
        cls,
        words: bytes,
        tags: bytes,
        attributes: bytes,
        events: bytes,
        fingerprints: bytes,
        /,
    ) -> Judge: ...
    def sqli(self, value: bytes, /) -> str | None: ...
    def xss(self, value: bytes, /) -> bool: ...
