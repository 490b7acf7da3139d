"""Finds a Python that has a module: this one, else the distribution's, whose packages another interpreter in front of it does not see."""

import os
import pathlib
import subprocess
import sys


def python_with(module):
    programs = [sys.executable, *(str(pathlib.Path(folder) / "python3") for folder in os.defpath.split(os.pathsep) if folder)]
    for program in programs:
        try:
            if subprocess.run([program, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0:
                return program
        except OSError:
            continue
    sys.exit(f"no python3 here has the module {module} (package python3-{module})")
