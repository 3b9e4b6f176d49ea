"""What `./run` calls: one verb, with the services it needs for its own time."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import subprocess
import sys
from typing import NoReturn

from config.services.place import CannotRun
from config.services.stack import ROOT, Stack, free_port, shared, thrown_away

VAR = ROOT / "var"


def demo(arguments: list[str]) -> int:
    """A town, a story over HTTP, and then the pages until Ctrl-C (with --exit: the end)."""
    parser = argparse.ArgumentParser(prog="./run demo")
    parser.add_argument("--exit", action="store_true", help="end after the story; 1 if anything did not hold")
    parser.add_argument("--feed", metavar="FILE", help="import this XCRI-CAP 1.2 feed and spend on one of its courses")
    parser.add_argument("--port", type=int, help="where to serve (default: the first free from 8000)")
    options = parser.parse_args(arguments)
    os.environ.update(DEBUG=os.environ.get("DEBUG", "1"), DEMO="1")
    _refuse_in_production()
    port = free_port(options.port)
    stack = Stack(VAR)
    VAR.mkdir(exist_ok=True)
    with (VAR / "demo.lock").open("w") as only_one:
        try:
            fcntl.flock(only_one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun("A demo is running from this folder already. Stop it first with Ctrl-C.") from None
        with shared(stack):
            address = _prepare(stack, port, fresh=True)
            # Nobody else is at work while a year goes by: sweeps and webhooks would find it half-way.
            if code := stack.manage("town", *([f"--feed={os.path.abspath(options.feed)}"] if options.feed else [])):
                return code
            _open(stack, port)
            told = [f"--address={address}"]
            told += ["--fed"] if options.feed else []
            told += ["--exit"] if options.exit else []
            code = stack.manage("demo", *told)
            if options.exit or code:
                return code
            print(f"\nThe pages are at {address} until you press Ctrl-C.", flush=True)
            signal.pause()
    return 0


def serve(arguments: list[str]) -> int:
    """The pages and the API with the data that is there, until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="./run serve")
    parser.add_argument("--port", type=int, help="where to serve (default: the first free from 8000)")
    options = parser.parse_args(arguments)
    os.environ.update(DEBUG=os.environ.get("DEBUG", "1"), DEMO=os.environ.get("DEMO", "1"))
    _refuse_in_production()
    port = free_port(options.port)
    with shared(Stack(VAR)) as stack:
        address = _prepare(stack, port)
        _open(stack, port)
        print(f"The pages are at {address} until you press Ctrl-C.", flush=True)
        signal.pause()
    return 0


def manage(arguments: list[str]) -> int:
    """One of Django's commands, with the database it needs for its own time."""
    os.environ.update(DEBUG=os.environ.get("DEBUG", "1"), DEMO=os.environ.get("DEMO", "1"))
    with shared(Stack(VAR)) as stack:
        stack.start_database()
        return stack.manage(*arguments)


def test(arguments: list[str]) -> int:
    """The tests, on services of their own unless the environment names some."""
    os.environ["DEBUG"] = "1"
    with thrown_away(durable=False) as stack:
        stack.start_database()
        stack.start_broker()
        return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=stack.environment).returncode


def bench(arguments: list[str]) -> int:
    """A measurement, on services of its own that wait for the disk as a real one does."""
    os.environ.update(DEBUG="1", DEMO="1")
    with thrown_away(durable=True) as stack:
        stack.start_database()
        stack.start_broker()
        stack.environment["BENCH_FOLDER"] = str(stack.folder)
        return subprocess.run([sys.executable, "-m", "bench", *arguments], cwd=ROOT, env=stack.environment).returncode


def _prepare(stack: Stack, port: int, *, fresh: bool = False) -> str:
    """Database, tables and broker, in that order; the address that the pages will have."""
    address = f"http://127.0.0.1:{port}"
    stack.start_database(fresh=fresh)
    stack.environment |= {"PUBLIC_URL": address, "DEBUG": os.environ["DEBUG"], "DEMO": os.environ["DEMO"]}
    if stack.manage("migrate", "--verbosity", "0"):
        raise CannotRun("The database could not be brought up to date; the reason is above.")
    if fresh and stack.manage("sandbox"):
        raise CannotRun("The database could not be marked as a sandbox; the reason is above.")
    stack.start_broker(fresh=fresh)
    return address


def _open(stack: Stack, port: int) -> None:
    stack.start_web(port)
    stack.start_worker()


def _refuse_in_production() -> None:
    if os.environ.get("DEBUG", "").lower() not in ("1", "true", "yes", "on"):
        raise CannotRun("The embedded services are for trying things out, not for production. Start gunicorn instead.")


def _end(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def main() -> int:
    # Also where a shell that starts us in the background has set it to be ignored.
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, _end)
    verb, arguments = sys.argv[1], sys.argv[2:]
    try:
        return {"demo": demo, "serve": serve, "manage": manage, "test": test, "bench": bench}[verb](arguments)
    except KeyboardInterrupt:
        return 130
    except CannotRun as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
