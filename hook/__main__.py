"""``python -m hook`` is the same as ``flowsync``."""

from hook.cli import main

if __name__ == "__main__":
    main()
