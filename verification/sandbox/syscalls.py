"""Numbers of the system calls that the filter names, for the two machines it knows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One kernel interface: its audit number and its numbers for our names."""

    audit_arch: int
    allowed: dict[str, int]
    #: Allowed unless the memory asked for may be executed.
    unless_executable: dict[str, int]
    #: Nothing but an attack calls these: the child is killed at once.
    killed: dict[str, int]
    #: Calls at or above this number belong to another interface (x32); None: there is none.
    foreign_from: int | None = None


#: Since Linux 5.1 new calls have one number everywhere.
_KILLED_EVERYWHERE = {
    "io_uring_setup": 425,
    "open_tree": 428,
    "move_mount": 429,
    "fsopen": 430,
    "fsconfig": 431,
    "fsmount": 432,
    "pidfd_getfd": 438,
    "process_madvise": 440,
    "mount_setattr": 442,
}

X86_64 = Machine(
    audit_arch=0xC000003E,
    foreign_from=0x40000000,
    unless_executable={"mmap": 9, "mprotect": 10},
    allowed={
        # memory, and what is done most
        "read": 0,
        "munmap": 11,
        "brk": 12,
        "mremap": 25,
        "madvise": 28,
        "futex": 202,
        # the descriptors that are already open
        "write": 1,
        "close": 3,
        "fstat": 5,
        "newfstatat": 262,
        "lseek": 8,
        "pread64": 17,
        "pwrite64": 18,
        "readv": 19,
        "writev": 20,
        "ftruncate": 77,
        "recvmsg": 47,  # its one job, over the one socket that it holds
        # time, chance, own numbers
        "nanosleep": 35,
        "clock_nanosleep": 230,
        "gettimeofday": 96,
        "time": 201,
        "clock_gettime": 228,
        "clock_getres": 229,
        "times": 100,
        "getrusage": 98,
        "sysinfo": 99,
        "getrandom": 318,
        "getpid": 39,
        "gettid": 186,
        "getppid": 110,
        "getuid": 102,
        "getgid": 104,
        "geteuid": 107,
        "getegid": 108,
        "sched_yield": 24,
        "sched_getaffinity": 204,
        # signals of its own, and the end
        "rt_sigaction": 13,
        "rt_sigprocmask": 14,
        "rt_sigreturn": 15,
        "sigaltstack": 131,
        "restart_syscall": 219,
        "exit": 60,
        "exit_group": 231,
    },
    killed={
        "ptrace": 101,
        "process_vm_readv": 310,
        "process_vm_writev": 311,
        "mount": 165,
        "umount2": 166,
        "pivot_root": 155,
        "chroot": 161,
        "unshare": 272,
        "setns": 308,
        "bpf": 321,
        "perf_event_open": 298,
        "userfaultfd": 323,
        "add_key": 248,
        "request_key": 249,
        "keyctl": 250,
        "init_module": 175,
        "finit_module": 313,
        "delete_module": 176,
        "kexec_load": 246,
        "reboot": 169,
        "swapon": 167,
        "open_by_handle_at": 304,
        **_KILLED_EVERYWHERE,
    },
)

AARCH64 = Machine(
    audit_arch=0xC00000B7,
    unless_executable={"mmap": 222, "mprotect": 226},
    allowed={
        "read": 63,
        "munmap": 215,
        "brk": 214,
        "mremap": 216,
        "madvise": 233,
        "futex": 98,
        "write": 64,
        "close": 57,
        "fstat": 80,
        "newfstatat": 79,
        "lseek": 62,
        "pread64": 67,
        "pwrite64": 68,
        "readv": 65,
        "writev": 66,
        "ftruncate": 46,
        "recvmsg": 212,
        "nanosleep": 101,
        "clock_nanosleep": 115,
        "gettimeofday": 169,
        "clock_gettime": 113,
        "clock_getres": 114,
        "times": 153,
        "getrusage": 165,
        "sysinfo": 179,
        "getrandom": 278,
        "getpid": 172,
        "gettid": 178,
        "getppid": 173,
        "getuid": 174,
        "geteuid": 175,
        "getgid": 176,
        "getegid": 177,
        "sched_yield": 124,
        "sched_getaffinity": 123,
        "rt_sigaction": 134,
        "rt_sigprocmask": 135,
        "rt_sigreturn": 139,
        "sigaltstack": 132,
        "restart_syscall": 128,
        "exit": 93,
        "exit_group": 94,
    },
    killed={
        "ptrace": 117,
        "process_vm_readv": 270,
        "process_vm_writev": 271,
        "mount": 40,
        "umount2": 39,
        "pivot_root": 41,
        "chroot": 51,
        "unshare": 97,
        "setns": 268,
        "bpf": 280,
        "perf_event_open": 241,
        "userfaultfd": 282,
        "add_key": 217,
        "request_key": 218,
        "keyctl": 219,
        "init_module": 105,
        "finit_module": 273,
        "delete_module": 106,
        "kexec_load": 104,
        "reboot": 142,
        "swapon": 224,
        "open_by_handle_at": 265,
        **_KILLED_EVERYWHERE,
    },
)

MACHINES = {"x86_64": X86_64, "aarch64": AARCH64}
