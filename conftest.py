"""Loads pytester and the corpus helper; nothing else."""

from __future__ import annotations

pytest_plugins = ("pytester", "tests.corpus")
