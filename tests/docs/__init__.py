"""The documentation is checked as code is: its links, its commands, its claims about files."""
