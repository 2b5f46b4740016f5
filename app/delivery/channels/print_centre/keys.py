"""Private keys for signing in at a print centre."""

import asyncssh


def read_key(written: str) -> asyncssh.SSHKey:
    """Return a private key in OpenSSH or PEM format; raises `asyncssh.KeyImportError`.

    A browser that was made to type a key into one line loses its line ends: they are put back.
    """
    return asyncssh.import_private_key(_in_lines(written.strip()) + "\n")


def _in_lines(written: str) -> str:
    if "\n" in written or "-----" not in written:
        return written
    _nothing, begin, body, end, _rest = (*written.split("-----"), "", "", "", "")[:5]
    rows = "".join(body.split())
    wrapped = "\n".join(rows[place : place + 70] for place in range(0, len(rows), 70))
    return f"-----{begin}-----\n{wrapped}\n-----{end}-----"
