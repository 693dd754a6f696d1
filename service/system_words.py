"""What the operating system says of an error, in both languages; it knows one itself."""

from __future__ import annotations

import errno

from verification.values import Text

WORDS = {
    errno.ENOENT: Text(zh="没有这个文件或目录", en="no such file or folder"),
    errno.EACCES: Text(zh="没有权限", en="no permission"),
    errno.EPERM: Text(zh="系统不允许这一操作", en="the system does not permit it"),
    errno.ENOTDIR: Text(zh="路径中有一段不是目录", en="a part of the path is no folder"),
    errno.EISDIR: Text(zh="这是目录", en="it is a folder"),
    errno.EEXIST: Text(zh="已存在", en="it exists already"),
    errno.ENOTEMPTY: Text(zh="目录不是空的", en="the folder is not empty"),
    errno.EROFS: Text(zh="文件系统是只读的", en="the file system is read-only"),
    errno.ENOSPC: Text(zh="磁盘已满", en="the disk is full"),
    errno.EDQUOT: Text(zh="超出磁盘配额", en="the disk quota is used up"),
    errno.ENAMETOOLONG: Text(zh="名称太长", en="the name is too long"),
    errno.ELOOP: Text(zh="符号链接成环", en="its links lead in a circle"),
    errno.EMFILE: Text(zh="打开的文件太多", en="too many files are open"),
    errno.ENFILE: Text(zh="系统中打开的文件太多", en="too many files are open in the system"),
    errno.EIO: Text(zh="读写出错，存储设备可能损坏", en="reading or writing failed: a bad disk?"),
    errno.EBUSY: Text(zh="正被占用", en="it is in use"),
    errno.ENOMEM: Text(zh="内存不足", en="not enough memory"),
    errno.EADDRINUSE: Text(zh="地址已被占用", en="the address is in use already"),
    errno.EADDRNOTAVAIL: Text(zh="本机没有这个地址", en="this machine has no such address"),
    errno.ECONNREFUSED: Text(zh="对方拒绝连接", en="the connection was refused"),
    errno.ETIMEDOUT: Text(zh="等待超时", en="it took too long"),
}


NO_REASON = Text(zh="系统没有给出原因", en="the system gave no reason")


def why(error: Exception) -> Text:
    """Say why it failed; an error that has no entry is told in the system's own words."""
    known = WORDS.get(getattr(error, "errno", None) or 0)
    own = str(getattr(error, "strerror", None) or error)
    return known or (Text(zh=own, en=own) if own else NO_REASON)
