# Runs one program of a question: python -c THIS program.py seconds bytes_of_memory bytes_of_output
#
# The kernel keeps time, memory and output within limits. An audit hook refuses sockets and writing outside the working
# folder; it stops mistakes, not malice, because a program could reach the system without Python noticing.
# The program runs in this very `__main__`, so that pickling, `inspect` and tracebacks work as usual.


def _guard():
    import os
    import resource
    import sys

    def limit(what, value):
        hard = resource.getrlimit(what)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(what, (value, value))
        except (OSError, ValueError):
            pass  # A system that does not know this limit still keeps the time.

    program, seconds, memory, output = sys.argv[1], *map(int, sys.argv[2:5])
    limit(resource.RLIMIT_CPU, seconds)
    limit(resource.RLIMIT_AS, memory)
    limit(resource.RLIMIT_FSIZE, output)
    limit(resource.RLIMIT_CORE, 0)

    folder = os.path.realpath(os.getcwd())
    network = {
        "socket.bind", "socket.connect", "socket.getaddrinfo", "socket.gethostbyaddr",
        "socket.gethostbyname", "socket.sendmsg", "socket.sendto",
    }
    changes = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
    realpath, fsdecode = os.path.realpath, os.fsdecode

    def outside(path):
        if isinstance(path, int) or path is None:
            return False
        real = realpath(fsdecode(path))
        return not (real == folder or real.startswith(folder + "/") or real.startswith("/dev/"))

    def hook(event, args):
        if event in network:
            address = args[1] if len(args) > 1 else None
            if not isinstance(address, (str, bytes)) or event.startswith("socket.get"):
                raise PermissionError("programs of questions have no network")
        elif (event == "open" and isinstance(args[2], int) and args[2] & writes) or event in changes:
            if outside(args[0]):
                raise PermissionError("programs of questions write only below their working folder")

    show = sys.excepthook

    def tell(kind, error, traceback):
        show(kind, error, traceback.tb_next and traceback.tb_next.tb_next)
        print("\x1e" + kind.__name__, file=sys.stderr)

    with open(program, encoding="utf-8") as file:
        source = file.read()
    sys.excepthook = tell
    sys.argv[:] = [program]
    sys.path[0] = folder
    namespace = sys.modules["__main__"].__dict__
    del namespace["_guard"]
    namespace["__file__"] = program
    sys.addaudithook(hook)
    exec(compile(source, program, "exec", dont_inherit=True), namespace)


_guard()
