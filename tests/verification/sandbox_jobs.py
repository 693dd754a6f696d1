"""Jobs that do in a child what a taken-over parser might try; loaded by the tests alone."""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import signal
import socket
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, NoReturn

from verification.sandbox import jobs as product
from verification.sandbox.jobs import Done
from verification.sandbox.probes import SECCOMP_ACTS

if TYPE_CHECKING:
    from collections.abc import Callable

#: The channel is 3; then come request, file, report and pixels.
_CHANNEL, _FILE, _REPORT = 3, 5, 6

_LIBC = ctypes.CDLL(None, use_errno=True)


def _echo(data: bytes, request: Any) -> Done:
    return Done({"size": len(data), "request": request})


def _crash(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    ctypes.string_at(0)
    raise AssertionError


def _abort(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    os.abort()


def _hang(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    while True:
        time.sleep(1)


def _spin(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    while True:
        pass


def _spin_deaf(data: bytes, request: Any) -> NoReturn:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    _spin(data, request)


def _swallow_memory(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    return Done(len([bytearray(1 << 24) for _ in range(1 << 12)]))


def _huge_answer(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    return Done("x" * int(request))


def _flood_report(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Go around the job's return: write straight to the report, until told off."""
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    while os.write(_REPORT, b"x" * (1 << 20)):
        pass
    return Done(None)


def _leave(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    os._exit(int(request))


def _raise(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    raise ValueError(f"the file says {data!r}")


def _word_then_hang(data: bytes, request: Any) -> NoReturn:
    """Say that the answer is there, and go on."""
    os.write(_REPORT, data)
    os.write(_CHANNEL, b".")
    _hang(data, request)


def _many_words(data: bytes, request: Any) -> NoReturn:  # noqa: ARG001 - the form of a job
    """Talk to the server without end: it hears one word and no more."""
    while True:
        os.write(_CHANNEL, b"{}" * 2000)


def _listen(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Wait for another order; there never is one."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET, 0, _CHANNEL) as channel:
        packet, descriptors, _, _ = socket.recv_fds(channel, 4096, 4)
        channel.detach()
    return Done({"packet": len(packet), "descriptors": len(descriptors)})


def _name(act: Callable[[], object]) -> str:
    """Say how an act ended: the name of the error, or "done"."""
    try:
        act()
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, "?")
    except RuntimeError:
        return "RuntimeError"
    return "done"


def _change_file() -> None:
    os.pwrite(_FILE, b"changed", 0)


def _start_thread() -> None:
    threading.Thread(target=int).start()


def _make_memory_executable() -> None:
    page = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    if _LIBC.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(4096), 5) != 0:
        raise OSError(ctypes.get_errno(), "mprotect")


def _raise_limit() -> None:
    number, resource_as = 302, 9
    place = ctypes.create_string_buffer(16)
    if _LIBC.syscall(number, 0, resource_as, place, None) != 0:
        raise OSError(ctypes.get_errno(), "prlimit64")


def _attempts(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    acts: dict[str, Callable[[], object]] = {
        act.__name__.removeprefix("_"): act for act in SECCOMP_ACTS
    }
    acts |= {
        "change_file": _change_file,
        "start_thread": _start_thread,
        "make_memory_executable": _make_memory_executable,
        "raise_limit": _raise_limit,
        "unix_socket": socket.socketpair,
        "remove": lambda: os.unlink("/tmp/x"),  # noqa: PTH108, S108 - never reached
        "rename": lambda: os.rename("/a", "/b"),  # noqa: PTH104 - never reached
        "memory_file": lambda: os.memfd_create("x"),
        "pipe": os.pipe,
        "duplicate": lambda: os.dup(0),
        "set_user": lambda: os.setuid(0),
    }
    return Done({name: _name(act) for name, act in acts.items()})


def _system_call(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Make the call of that number with nothing but zeros."""
    result = _LIBC.syscall(int(request), 0, 0, 0, 0, 0, 0)
    return Done(errno.errorcode[ctypes.get_errno()] if result < 0 else "done")


def _is_open(number: int) -> bool:
    return _name(lambda: os.fstat(number)) == "done"


def _surroundings(data: bytes, request: Any) -> Done:  # noqa: ARG001 - the form of a job
    """Say what a child sees of the process it came from."""
    return Done(
        {
            "environment": sorted(os.environ),
            "arguments": sys.argv[1:],
            "descriptors": [number for number in range(64) if _is_open(number)],
            "threads": threading.active_count(),
            "user": os.getuid(),
        }
    )


def _watched(data: bytes, request: Any) -> Done:
    """Do the named job and report every file, module or socket that Python code asked for."""
    events: list[str] = []
    watched = ("open", "import", "socket.", "subprocess.", "os.", "ctypes.dlopen", "shutil.")

    def note(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(watched):
            events.append(f"{event} {arguments[0] if arguments else ''}")

    sys.addaudithook(note)
    report = product.TABLE[request["job"]](data, request["request"]).report
    return Done({"events": events, "report": report})


JOBS = {
    "echo": _echo,
    "crash": _crash,
    "abort": _abort,
    "hang": _hang,
    "spin": _spin,
    "spin_deaf": _spin_deaf,
    "swallow_memory": _swallow_memory,
    "huge_answer": _huge_answer,
    "flood_report": _flood_report,
    "leave": _leave,
    "raise": _raise,
    "attempts": _attempts,
    "system_call": _system_call,
    "surroundings": _surroundings,
    "watched": _watched,
    "word_then_hang": _word_then_hang,
    "many_words": _many_words,
    "listen": _listen,
}
