"""What another process on this machine holds, from Linux's /proc: its memory and its connections."""

import errno
import re
from pathlib import Path

_MAX_REGION_BYTES = 1 << 28
# Linux answers with one of these for a region that is mapped but cannot be read, such as one without memory behind it.
_UNREADABLE = {errno.EIO, errno.EFAULT}


def holds(pid: int, text: str) -> bool:
    """Whether the bytes of `text` are in the writable memory of the process. Raises OSError if the process has ended.

    Regions that cannot be read are skipped.
    """
    wanted = text.encode()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, permissions, *_ = line.split()
            start, end = (int(address, 16) for address in span.split("-"))
            if not permissions.startswith("rw") or end - start > _MAX_REGION_BYTES:
                continue
            try:
                memory.seek(start)
                if wanted in memory.read(end - start):
                    return True
            except OSError as exc:
                if exc.errno not in _UNREADABLE:
                    raise
    return False


def peers(pid: int) -> set[str]:
    """The other end of every TCP connection over IPv4, as host:port. Every other socket counts as `other`."""
    links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {found[1] for found in map(re.compile(r"socket:\[(\d+)\]").fullmatch, links) if found}
    table = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    remote_by_inode = {fields[9]: fields[2] for fields in table}
    return {_address(remote_by_inode[inode]) if inode in remote_by_inode else "other" for inode in sockets}


def _address(hexadecimal: str) -> str:
    """`0100007F:1F90` is 127.0.0.1:8080: the bytes of the host are in the machine's order, here the lowest first."""
    host, port = hexadecimal.split(":")
    return ".".join(str(byte) for byte in bytes.fromhex(host)[::-1]) + f":{int(port, 16)}"
