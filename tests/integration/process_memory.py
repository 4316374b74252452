"""What another process of ours holds, as Linux's /proc tells it: its memory, and whom its sockets lead to."""

import re
from pathlib import Path

_MOST_BYTES = 1 << 28


def holds(pid: int, text: str) -> bool:
    """Whether the text's bytes stand in the process's writable memory. Raises OSError when the process has ended."""
    wanted = text.encode()
    with Path(f"/proc/{pid}/mem").open("rb") as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, permissions, *_ = line.split()
            start, end = (int(each, 16) for each in span.split("-"))
            if not permissions.startswith("rw") or end - start > _MOST_BYTES:
                continue
            memory.seek(start)
            if wanted in memory.read(end - start):
                return True
    return False


def peers(pid: int) -> set[str]:
    """The other end of every TCP connection over IPv4, as host:port; `other` stands for every other socket."""
    links = [str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir()]
    sockets = {found[1] for found in map(re.compile(r"socket:\[(\d+)\]").fullmatch, links) if found}
    table = [line.split() for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    remote_by_inode = {fields[9]: fields[2] for fields in table}
    return {_address(remote_by_inode[inode]) if inode in remote_by_inode else "other" for inode in sockets}


def _address(hexadecimal: str) -> str:
    """`0100007F:1F90` is 127.0.0.1:8080: the host's bytes stand in the machine's order, here the lowest first."""
    host, port = hexadecimal.split(":")
    return ".".join(str(byte) for byte in bytes.fromhex(host)[::-1]) + f":{int(port, 16)}"
