"""Bytes in base64, as servers read and write them."""

from binascii import Error, a2b_base64, b2a_base64


class WrittenBytes(bytes):
    """Bytes of a base64 text with line breaks or loose bits. The text is sent unchanged."""

    written: str


def decode_base64(text: str) -> bytes:
    """Decode standard base64 with padding, ignoring line breaks.

    Raises ValueError for other text.
    """
    digits = text.replace("\n", "").replace("\r", "")
    try:
        if len(digits) % 4 or digits.endswith("==="):  # not all versions of Python look
            raise Error("Incorrect padding")
        result = a2b_base64(digits, strict_mode=True)
    except (Error, ValueError) as error:
        reason = "only ASCII"
        if isinstance(error, Error):
            reason = str(error).lower()
        raise ValueError(f"is not standard base64: {reason}") from None
    if encode_base64(result) == text:
        return result
    kept = WrittenBytes(result)
    kept.written = text
    return kept


def encode_base64(value: bytes) -> str:
    """Return the base64 text of bytes."""
    written = getattr(value, "written", None)
    if isinstance(written, str):
        return written
    return b2a_base64(value, newline=False).decode()


def is_base64(text: str) -> bool:
    """Return whether a server reads a string as bytes."""
    try:
        decode_base64(text)
    except ValueError:
        return False
    return True
